import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { ask, authorize, createWorld } from '../test/world.ts'
import { createHandler, toNode } from './index.ts'

const world = await createWorld()
const { call, pay } = world

const lines = (text: string): readonly Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

it("streams a merchant's reports as lines of JSON, or as CSV", async () => {
  await pay({ amount: '10.00' })
  await pay({ amount: '5.00', currency: 'USD' })
  const { status, headers, text } = await call('GET', '/v1/reports/trial-balance')
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
  const rows = lines(text)
  expect(rows.map((row) => row.account ?? row.row)).toContain('merchant/pending/EUR')
  expect(rows.filter((row) => row.row === 'total')).toMatchObject([{ balance: '0.00' }, { balance: '0.00' }])
  const csv = await call('GET', '/v1/reports/earnings?by=all&format=csv')
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(csv.text.split('\r\n').slice(0, 2)).toEqual([
    'merchant,period,currency,gross,refunds,disputes,fees,net,gatewayCosts,margin,exchanged,paidOut,other',
    'mer_alice,all,EUR,10.00,0.00,0.00,0.00,10.00,0.15,-0.15,0.00,0.00,0.00',
  ])
  const open = await call('GET', '/v1/reports/outstanding')
  expect(lines(open.text)).toMatchObject([{ what: 'receivable', open: '9.85' }, { currency: 'USD' }])
  const statement = await call('GET', '/v1/reports/statement?account=merchant/pending/EUR')
  expect(lines(statement.text).at(-1)).toMatchObject({ row: 'closing', balance: '10.00' })
})

it("holds nothing of another merchant's", async () => {
  await pay()
  expect((await call('GET', '/v1/reports/trial-balance', { as: 'bob' })).text).toBe('')
  const theirs = await call('GET', '/v1/reports/statement?account=merchant/pending/EUR', { as: 'bob' })
  expect([theirs.status, theirs.json.code]).toEqual([404, 'not_found'])
  expect((await call('GET', '/v1/reports/trial-balance', { as: null })).status).toBe(401)
})

it.each([
  ['trial-balance?format=xml', 'format'],
  ['trial-balance?position=99999999', 'position'],
  ['earnings?by=week', 'by'],
  ['earnings?zone=Nowhere', undefined],
  ['earnings?from=yesterday', 'from'],
  ['earnings?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
  ['statement', 'account'],
])('refuses %s before it begins to answer', async (path, named) => {
  const { status, json } = await call('GET', `/v1/reports/${path}`)
  expect([status, json.code, json.path]).toEqual([400, 'invalid_request', named])
})

it('answers HEAD without a body, and ends what it began', async () => {
  await pay()
  const { florin } = world
  let open = 0
  const reports = florin.for('mer_alice').reports
  const counted: typeof reports = {
    ...reports,
    trialBalance: () => {
      const report = reports.trialBalance()
      return {
        ...report,
        async *jsonLines() {
          open += 1
          try {
            yield* report.jsonLines()
          } finally {
            open -= 1
          }
        },
      }
    },
  }
  const handler = createHandler({
    florin: { ...florin, for: (merchant) => ({ ...florin.for(merchant), reports: counted }) },
    authorize,
  })
  const response = await handler(ask('HEAD', '/v1/reports/trial-balance'))
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
  expect([await response.text(), open]).toEqual(['', 0])
})

it('is sent by Node piece by piece, as its reader takes it', async () => {
  await pay()
  const server = createServer(toNode(world.handler)).listen(0, '127.0.0.1')
  try {
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const answer = await new Promise<{ readonly encoding: string | undefined; readonly text: string }>((resolve) => {
      const headers = { authorization: 'Bearer alice' }
      get({ port, host: '127.0.0.1', path: '/v1/reports/trial-balance', headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (piece: string) => {
          text += piece
        })
        response.on('end', () => resolve({ encoding: response.headers['transfer-encoding'], text }))
      })
    })
    expect(answer.encoding).toBe('chunked')
    expect(lines(answer.text).at(-1)).toMatchObject({ row: 'total' })
  } finally {
    server.close()
  }
})
