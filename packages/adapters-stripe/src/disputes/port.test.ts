import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DisputeCommand, EvidenceFile, GatewayRequest, GatewayResponse } from '@florin/core/gateways'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wireDispute } from '../../test/objects.ts'
import { stripe } from '../stripe.ts'

const gateway = stripe({ apiKey: 'sk_test_1' })
const port = gateway.disputes
if (port === undefined) throw new Error('Stripe has disputes')

const command = (over: Partial<DisputeCommand> = {}): DisputeCommand => ({
  kind: 'submit_evidence',
  key: 'dis_1-evidence',
  account: 'default',
  dispute: 'dp_3Florin',
  id: 'dis_01',
  amount: 10_000n,
  currency: 'EUR',
  reasonCode: '10.4',
  texts: { explanation: 'They have it: 5 & 6', shipping_tracking: 'Z9' },
  files: [],
  ...over,
})
const PDF = Uint8Array.from([0x25, 0x50, 0x44, 0x46, 0x2d, 0, 255, 13, 10, 45, 45])
const file = (over: Partial<EvidenceFile> = {}): EvidenceFile => ({
  kind: 'receipt',
  name: 'r.pdf',
  contentType: 'application/pdf',
  bytes: PDF,
  ...over,
})
const accept = command({ kind: 'accept_dispute', texts: {} })

const answered = (status: number, body: unknown, headers = {}): GatewayResponse => ({
  status,
  headers,
  body: JSON.stringify(body),
})
const refused = (status: number, error: object) => answered(status, { error })
const submitted = { evidence_details: { due_by: 1_790_800_000, submission_count: 1 } }

describe('an act', () => {
  test('sends the evidence, and submits it, under the key', () => {
    expect(port.request(command())).toEqual({
      method: 'POST',
      path: '/v1/disputes/dp_3Florin',
      headers: expect.objectContaining({ 'idempotency-key': 'dis_1-evidence' }),
      body: 'evidence[uncategorized_text]=They%20have%20it%3A%205%20%26%206&evidence[shipping_tracking_number]=Z9&submit=true',
    })
  })

  test('closes what is accepted', () => {
    expect(port.request(accept)).toMatchObject({ path: '/v1/disputes/dp_3Florin/close', body: '' })
  })

  test.each([
    ['nothing', { texts: {} }, 'would tell the bank nothing'],
    ['a text of another name', { texts: { weather: 'fine' } }, "no evidence 'weather'"],
    ['more than Stripe takes', { texts: { explanation: 'x'.repeat(150_001) } }, '150001 characters'],
    ['an empty file', { files: [file({ bytes: new Uint8Array() })] }, "'r.pdf' is empty"],
    ['a file beyond the limit', { files: [file({ bytes: new Uint8Array(5_000_001) })] }, '5000001 bytes'],
    [
      'a later file beyond it',
      { files: [file(), file({ kind: 'other', bytes: new Uint8Array(6e6) })] },
      '6000000 bytes',
    ],
    ['two files of a kind', { files: [file(), file()] }, "two files of the kind 'receipt'"],
    ['a file of another kind', { files: [file({ kind: 'constructor' })] }, "no file of evidence 'constructor'"],
  ] as const)('with %s is refused before anything is sent', (_, over, says) => {
    expect(() => port.request(command(over))).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(says) }),
    )
  })

  test('of an account that is not configured is refused', () => {
    expect(() => port.request(command({ account: 'other' }))).toThrow(
      expect.objectContaining({ code: 'configuration' }),
    )
  })
})

describe('the answer to an act', () => {
  const read = (response: GatewayResponse, to = command()) => port.read(response, to, 0, {})

  test('is applied once the dispute says so', () => {
    expect(read(answered(200, wireDispute({ status: 'under_review', ...submitted })))).toEqual({ effect: 'applied' })
    expect(read(answered(200, wireDispute({ status: 'lost' })), accept)).toEqual({ effect: 'applied' })
    const inquiry = wireDispute({ status: 'warning_closed', balance_transactions: [] })
    expect(read(answered(200, inquiry), accept)).toEqual({ effect: 'applied' })
  })

  test.each([
    ['evidence that was not submitted', answered(200, wireDispute()), command()],
    ['a dispute that is still open', answered(200, wireDispute()), accept],
    ['another dispute', answered(200, wireDispute({ id: 'dp_4Florin', ...submitted })), command()],
    ['a live one', answered(200, wireDispute({ livemode: true, ...submitted })), command()],
    ['something else', answered(200, { object: 'charge' }), command()],
    ['a 500', refused(500, { type: 'api_error' }), command()],
    ['an error that is none of Stripe’s', answered(400, 'no'), command()],
    ['a key that other bytes used', refused(400, { type: 'idempotency_error' }), command()],
  ])('with %s is unknown', (_, response, to) => {
    expect(read(response, to).effect).toBe('unknown')
  })

  test('that comes too early says when to ask again', () => {
    const response = answered(429, { error: { type: 'invalid_request_error' } }, { 'retry-after': '3' })
    expect(read(response)).toMatchObject({ effect: 'unknown', retryAfterMs: 3_000 })
  })

  test('that refuses it is a rejection with its code', () => {
    expect(read(refused(400, { type: 'invalid_request_error', code: 'resource_missing' }))).toMatchObject({
      effect: 'rejected',
      code: 'resource_missing',
    })
    expect(read(refused(401, { type: 'invalid_request_error' }))).toMatchObject({ effect: 'rejected' })
  })
})

const inShapeOfFile = (value: unknown): boolean => {
  const file = value as Record<string, unknown> | null
  return (
    file?.id === 'file_1' && file.object === 'file' && file.purpose === 'dispute_evidence' && file.size === PDF.length
  )
}

describe('files', () => {
  const wire = (id: string, over: object = {}) =>
    answered(200, { id, object: 'file', purpose: 'dispute_evidence', size: PDF.length, ...over })
  const both = command({ files: [file(), file({ kind: 'other', name: 'o.png', contentType: 'image/png' })] })
  const nextOf = (answer: ReturnType<typeof port.read>) =>
    answer.effect === 'next' ? answer : expect.fail(`a file led to ${answer.effect}`)
  const bytesOf = ({ body, encoding }: GatewayRequest) => Buffer.from(body ?? '', encoding)

  test('are uploaded one by one at their own host, each under a key of its own, and then named', () => {
    const first = port.request(both)
    expect(first).toMatchObject({ method: 'POST', host: 'files', path: '/v1/files', encoding: 'base64' })
    expect(first.headers).toMatchObject({ 'idempotency-key': 'dis_1-evidence-file-0' })
    const second = nextOf(port.read(wire('file_1'), both, 0, {}))
    expect(second.request).toMatchObject({ host: 'files', path: '/v1/files' })
    expect(second.request.headers).toMatchObject({ 'idempotency-key': 'dis_1-evidence-file-1' })
    const third = nextOf(port.read(wire('file_2'), both, 1, { ...second.keep }))
    expect(third.request).toMatchObject({ path: '/v1/disputes/dp_3Florin' })
    expect(third.request.host).toBeUndefined()
    expect(third.request.headers).toMatchObject({ 'idempotency-key': 'dis_1-evidence' })
    expect(third.request.body).toContain('evidence[receipt]=file_1&evidence[uncategorized_file]=file_2&submit=true')
    const done = answered(200, wireDispute({ status: 'under_review', ...submitted }))
    expect(port.read(done, both, 2, { ...second.keep, ...third.keep })).toEqual({ effect: 'applied' })
  })

  test('are enough without a text', () => {
    const alone = command({ texts: {}, files: [file()] })
    expect(nextOf(port.read(wire('file_1'), alone, 0, {})).request.body).toBe('evidence[receipt]=file_1&submit=true')
  })

  test('are read by any reader of forms, to the byte', async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 7) % 256)
    const request = port.request(command({ files: [file({ bytes, name: 'bill "é"\r\nx: 1.pdf' })] }))
    const form = await new Response(bytesOf(request), { headers: request.headers }).formData()
    expect(form.get('purpose')).toBe('dispute_evidence')
    const sent = form.get('file')
    if (!(sent instanceof File)) throw new Error('there is no file in the form')
    expect(sent.type).toBe('application/pdf')
    expect(sent.name).toBe('bill "é"\r\nx: 1.pdf')
    expect(Buffer.from(await sent.arrayBuffer()).equals(bytes)).toBe(true)
  })

  test('have a boundary that is not in them, and that is the same each time', () => {
    const boundaryOf = ({ headers }: GatewayRequest) => /boundary=(.*)$/.exec(headers['content-type'] ?? '')?.[1] ?? ''
    const plain = port.request(command({ files: [file()] }))
    expect(port.request(command({ files: [file()] }))).toEqual(plain)
    // A file that knows the boundary of another one: its own is another.
    const bytes = Buffer.concat([PDF, Buffer.from(`\r\n--${boundaryOf(plain)}--\r\n`)])
    const hostile = port.request(command({ files: [file({ bytes })] }))
    expect(bytes.includes(boundaryOf(hostile))).toBe(false)
  })

  test.each([
    ['no file', answered(200, wireDispute())],
    ['another size', wire('file_1', { size: 3 })],
    ['another purpose', wire('file_1', { purpose: 'business_logo' })],
    ['an id that is none', wire('../dp_1')],
    ['a 500', refused(500, { type: 'api_error' })],
  ])('whose answer is %s are unknown', (_, response) => {
    expect(port.read(response, both, 0, {}).effect).toBe('unknown')
  })

  test('are never believed to be there by an answer that is anything else, whatever it is', () => {
    const leaf = fc.oneof(fc.jsonValue(), fc.constantFrom('file_1', 'file', 'dispute_evidence', PDF.length))
    const body = fc.record({ id: leaf, object: leaf, purpose: leaf, size: leaf }, { requiredKeys: [] })
    const status = fc.constantFrom(200, 200, 200, 201, 204, 301, 400, 404, 409, 429, 500)
    fc.assert(
      fc.property(status, fc.oneof(body, fc.jsonValue()), fc.integer({ min: 0, max: 3 }), (code, value, step) => {
        const answer = port.read(answered(code, value), both, step, {})
        const told = inShapeOfFile(value)
        if (answer.effect === 'next') expect([code, told, step]).toEqual([200, true, 0])
        else expect(['unknown', 'rejected']).toContain(answer.effect)
      }),
      { numRuns: 500 },
    )
  })

  test('that Stripe refuses end the act with its code, and nothing is submitted without all of them', () => {
    const code = 'dispute_evidence_page_limit_exceeded'
    expect(port.read(refused(400, { type: 'invalid_request_error', code }), both, 0, {})).toMatchObject({
      effect: 'rejected',
      code,
    })
    expect(port.read(wire('file_2'), both, 1, {}).effect).toBe('unknown')
  })
})

describe('where files go', () => {
  const sent = async (options: object) => {
    const seen: string[] = []
    const server = createServer((request, response) => {
      seen.push(`${request.url} ${request.headers.authorization}`)
      response.end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { transport } = stripe({ apiKey: 'sk_test_1', baseUrl: `${url}/api`, ...options })
    const context = { account: 'default', deadline: Date.now() + 5_000 }
    await transport.send(port.request(command({ files: [file()] })), context)
    await transport.close?.()
    server.close()
    return { seen, url }
  }

  test('to the endpoint that speaks for Stripe, with the key, unless another is named', async () => {
    expect((await sent({})).seen).toEqual(['/api/v1/files Bearer sk_test_1'])
    expect((await sent({ filesUrl: 'http://127.0.0.1:1' })).seen).toEqual([])
  })

  test('never with a live key over plain http', () => {
    const live = { apiKey: 'sk_live_1', baseUrl: 'https://pay.example' }
    expect(() => stripe({ ...live, filesUrl: 'http://127.0.0.1:1' })).toThrow(/an https filesUrl/)
    expect(() => stripe({ ...live, filesUrl: 'https://files.example' })).not.toThrow()
  })
})
