// The example of docs/http.md: every ts block there stands here, compiled, and its curl lines are sent to the server that it makes.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { createFlorin, ephemeralKeys, FlorinError, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { createHandler, toNode } from '@florin/http'
import { sandbox } from '@florin/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { PROBLEMS, type ProblemKind } from './problems/codes.ts'
import { ROUTES } from './routes/table.ts'

const keys = ephemeralKeys(systemRuntime().random)
const florin = await createFlorin({ storage: memoryStorage(), keys, gateways: { sandbox: sandbox() } })
const merchantOfKey = async (key: string): Promise<string | null> => (key === 'demo' ? 'mer_demo' : null)
const log = { error: (_error: unknown, _about: object): void => {} }

const handler = createHandler({
  florin,
  authorize: async (request) => {
    const key = request.headers.get('authorization')?.match(/^Bearer (\S+)$/)?.[1]
    if (key === undefined) throw new FlorinError('unauthenticated', "send 'Authorization: Bearer <key>'")
    const merchant = await merchantOfKey(key)
    return merchant === null ? null : { merchant }
  },
  onError: (error, { method, route }) => log.error(error, { method, route }),
})

const server = createServer(toNode(handler)).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const { port } = server.address() as AddressInfo
afterAll(() => server.close())

const guide = readFileSync(new URL('../../../docs/http.md', import.meta.url), 'utf8')
const own = readFileSync(new URL('./guide.test.ts', import.meta.url), 'utf8')
const flat = (text: string): string => text.replace(/\s+/g, ' ').trim()
const blocks = (language: string): string[] =>
  [...guide.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, is]) => is === language)
    .map(([, , block = '']) => block)

const run = async (command: string): Promise<string> => {
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    command.replaceAll('localhost:3000', `127.0.0.1:${port}`),
  ])
  return stdout
}

describe('the guide to HTTP', () => {
  it('shows code that is compiled and run here', () => {
    expect(blocks('ts').length).toBeGreaterThan(0)
    for (const block of blocks('ts')) expect(flat(own)).toContain(flat(block))
  })

  it('shows curl lines that work, one after the other', async ({ skip }) => {
    await run('curl --version').catch(() => skip('there is no curl on this machine'))
    const told: string[] = []
    let id = ''
    for (const line of blocks('sh').join('\n').replaceAll('\\\n', ' ').split('\n')) {
      if (!line.startsWith('curl ')) continue
      const out = await run(line.replaceAll('pay_…', id))
      told.push(out)
      id = /"id":"(pay_\w+)"/.exec(out)?.[1] ?? id
    }
    expect(told).toHaveLength(5)
    expect(told[0]).toContain('"status":"authorized"')
    expect(told[1]).toContain('"captured":"40.00"')
    expect(told[2]).toContain('"refunded":"10.00"')
    expect(told[3]).toContain('"payment.refunded"')
    expect(told[4]).toContain('"merchant/pending/EUR"')
  })

  it('lists every route', () => {
    const listed = [...guide.matchAll(/^\| `(GET|POST|DELETE) (\/\S*)` \|/gm)].map(
      ([, method, path]) => `${method} ${path}`,
    )
    expect(listed.sort()).toEqual(
      ROUTES.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`).sort(),
    )
  })

  it('lists every error code with its status, and which of them say when to ask again', () => {
    const listed = [...guide.matchAll(/^\| (\d{3}) \| `(\w+)` \| (.*) \|$/gm)]
    expect(listed.map(([, status, code]) => [code, Number(status)]).sort()).toEqual(
      Object.entries(PROBLEMS)
        .map(([code, { status }]) => [code, status])
        .sort(),
    )
    for (const [, , code = '', says = ''] of listed) {
      const { retryAfterMs } = PROBLEMS[code as keyof typeof PROBLEMS] as ProblemKind
      expect([code, says.includes('Retry-After')]).toEqual([code, retryAfterMs !== undefined])
    }
  })
})
