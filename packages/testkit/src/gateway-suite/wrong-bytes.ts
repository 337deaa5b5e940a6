import type { ForgedAnswer } from './proxy/wire-fault.ts'

/** What a proxy or a load balancer says in a provider's place. */
export const HTML = '<!doctype html><html><head><title>Gateway</title></head><body><h1>It works</h1></body></html>'

const JSON_TYPE = { 'content-type': 'application/json' }
const HTML_TYPE = { 'content-type': 'text/html' }

/** Answers that no provider documents, and that therefore tell nothing. */
export const JUNK_ANSWERS: readonly ForgedAnswer[] = [
  { status: 200, headers: HTML_TYPE, body: HTML },
  { status: 200, headers: JSON_TYPE, body: '' },
  { status: 204, body: '' },
  { status: 200, headers: JSON_TYPE, body: '{}' },
  { status: 200, headers: JSON_TYPE, body: '[]' },
  { status: 200, headers: JSON_TYPE, body: 'null' },
  { status: 200, headers: JSON_TYPE, body: '42' },
  { status: 200, headers: JSON_TYPE, body: '"ok"' },
  { status: 200, headers: JSON_TYPE, body: '{"status":"success","id":"x","amount":1}' },
  { status: 201, headers: JSON_TYPE, body: '{"received":true}' },
  { status: 202, headers: JSON_TYPE, body: '{}' },
  { status: 200, headers: JSON_TYPE, body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) },
  { status: 418, headers: JSON_TYPE, body: '{"error":"teapot"}' },
]

/** Statuses by which providers refuse, with a body that is none of theirs. 401 and 403 are left out: those may be documented by status. */
export const REFUSALS_OF_NOBODY: readonly ForgedAnswer[] = [400, 402, 404, 409, 422, 429].map((status) => ({
  status,
  headers: HTML_TYPE,
  body: HTML,
}))
