import { staticRates } from '@florin/core'
import { paperRail } from '@florin/testkit'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { tellOfExchange, tellOfFees } from '../../test/fees-fx-answers.ts'
import { lineReader } from '../../test/line-reader.ts'
import { strangeFile } from '../../test/strange-file.ts'
import { type Ask, createWorld, inDispute, payment, type Told, underReview } from '../../test/world.ts'
import { ROUTES } from '../routes/table.ts'
import { INPUTS, OUTPUTS, type OutputName } from '../schemas/components.ts'
import { createDocument, type OpenApiDocument } from './document.ts'

const fx = { providers: [staticRates({ rates: { 'EUR/USD': '1.25' }, now: () => Date.now() })] }
const world = await createWorld(
  { reconciliation: { readers: { lines: lineReader } } },
  { settlement: { daily: { mode: 'batch' } }, fx, payouts: { rails: { paper: paperRail() } } },
)
const { call, pay } = world
const document = (await call('GET', '/openapi.json', { as: null })).json as unknown as OpenApiDocument

interface Operation {
  readonly operationId: string
  readonly parameters: readonly {
    readonly $ref?: string
    readonly in?: string
    readonly name?: string
    readonly required?: boolean
  }[]
  readonly security?: readonly unknown[]
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>> }>
  >
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation: operation as Operation })),
)

const refsIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, inner]) => (name === '$ref' ? [String(inner)] : refsIn(inner)))

const lookUp = (ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document)

describe('the OpenAPI document', () => {
  it('is of version 3.1 and has every route', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    const wanted = ROUTES.map(({ method, path }) => `${method.toLowerCase()} ${path}`).sort()
    expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(wanted)
    expect(wanted.length).toBeGreaterThan(15)
  })

  it('refers only to what it holds', () => {
    const refs = refsIn(document)
    expect(refs.length).toBeGreaterThan(50)
    expect(refs.filter((ref) => !ref.startsWith('#/') || lookUp(ref) === undefined)).toEqual([])
  })

  it('names every operation once, and every parameter of its path', () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
    for (const { path, operation } of operations) {
      const named = operation.parameters.filter((one) => one.in === 'path').map((one) => `{${one.name}}`)
      expect(named).toEqual(path.match(/\{\w+\}/g) ?? [])
    }
  })

  it('says which parameters of a query are needed, and that a file is bytes', () => {
    const of = (id: string) => operations.find(({ operation }) => operation.operationId === id)?.operation
    const needed = (id: string) =>
      of(id)?.parameters.flatMap((one) => (one.in === 'query' && one.required === true ? [one.name] : []))
    expect(needed('ingestFile')).toEqual(['format', 'onMalformed'])
    expect(needed('listPayments')).toEqual([])
    expect(JSON.stringify(of('ingestFile'))).toContain('"*/*":{"schema":{"type":"string","format":"binary"}}')
  })

  it('asks for credentials everywhere but at what is public or signed', () => {
    const open = operations.filter(({ operation }) => operation.security?.length === 0).map(({ path }) => path)
    expect(open.sort()).toEqual(['/health', '/openapi.json', '/v1/webhooks/{gateway}/{account}'])
    expect(document.security).toEqual([{ merchant: [] }])
    expect(document.components.securitySchemes?.merchant).toMatchObject({ type: 'http', scheme: 'bearer' })
  })

  it('says where it is served', () => {
    expect(document.servers).toEqual([{ url: '/' }])
    const at = (prefix: string, publicUrl?: string) =>
      createDocument(ROUTES, { prefix, challenge: 'Bearer', ...(publicUrl === undefined ? {} : { publicUrl }) }).servers
    expect(at('/pay')).toEqual([{ url: '/pay' }])
    expect(at('', 'https://shop.test/pay')).toEqual([{ url: 'https://shop.test/pay' }])
  })

  it('describes inputs strictly and outputs openly', () => {
    const { CreatePayment, Payment } = document.components.schemas as Record<string, Record<string, unknown>>
    expect(CreatePayment).toMatchObject({
      required: ['reference', 'amount', 'currency', 'method'],
      additionalProperties: false,
    })
    expect(Payment).not.toHaveProperty('additionalProperties')
    expect(Payment?.required).toContain('status')
    expect(Payment?.required).not.toContain('decline')
    expect(Object.keys(document.components.schemas ?? {})).toEqual([...Object.keys(INPUTS), ...Object.keys(OUTPUTS)])
  })
})

/** Every kind of answer, made for real: the operation and what it answered. */
const answers = async (): Promise<readonly (readonly [operationId: string, told: Told])[]> => {
  const card = (token: string) => ({ method: { type: 'card', token } })
  const told: [string, Told][] = []
  const tell = async (operationId: string, method: string, path: string, more?: Ask): Promise<Told> => {
    const one = await call(method, path, more)
    told.push([operationId, one])
    return one
  }
  const orders = [{ reference: 'r1', seller: 'ann', amount: '49.90' }]
  const metadata = { a: 'b' }
  const create = (more: object) => tell('createPayment', 'POST', '/v1/payments', { body: payment({ ...more }) })
  const held = await create({ capture: 'manual', orders, metadata, description: 'shoes' })
  const declined = await create(card('tok_insufficient_funds'))
  await create({ ...card('tok_3ds'), returnUrl: 'https://shop.test/back' })
  await create(card('tok_pending'))
  await create({ amount: 5 })
  await create({ gateway: 'nowhere' })
  const at = (id: string, rest: string) => `/v1/payments/${id}${rest}`
  await tell('incrementPayment', 'POST', at((await pay({ capture: 'manual' })).json.id, '/increment'), {
    body: { amount: '60' },
  })
  await tell('incrementPayment', 'POST', at(held.json.id, '/increment'), { body: { amount: '60' } })
  await tell('capturePayment', 'POST', at(held.json.id, '/capture'))
  await tell('refundPayment', 'POST', at(held.json.id, '/refunds'), { body: { amount: '1.00' } })
  await tell('refundPayment', 'POST', at(held.json.id, '/refunds'), { body: { amount: '100.00' } })
  const listed = await tell('listRefunds', 'GET', '/v1/refunds?limit=2')
  const [refund] = listed.json.data as readonly { readonly id: string }[]
  await tell('listRefunds', 'GET', '/v1/refunds?limit=0')
  await tell('getRefund', 'GET', `/v1/refunds/${refund?.id}`)
  await tell('getRefund', 'GET', '/v1/refunds/ref_none')
  for (const verb of ['approve', 'deny']) {
    await tell(`${verb}Refund`, 'POST', `/v1/refunds/${refund?.id}/${verb}`, { body: { by: 'ops' } })
    await tell(`${verb}Refund`, 'POST', `/v1/refunds/${refund?.id}/${verb}`, { body: {} })
  }
  await tell('cancelPayment', 'POST', at(held.json.id, '/cancel'))
  await tell('cancelPayment', 'POST', at((await pay({ capture: 'manual' })).json.id, '/cancel'))
  await tell('resumePayment', 'POST', at(held.json.id, '/resume'))
  await tell('retryPayment', 'POST', at(declined.json.id, '/retry'), { body: card('tok_approve') })
  await tell('getPayment', 'GET', at(held.json.id, ''))
  await tell('getPayment', 'GET', at('pay_none', ''))
  await tell('getPayment', 'GET', at(held.json.id, ''), { as: null })
  await tell('getTimeline', 'GET', at(held.json.id, '/timeline'))
  await tell('listPayments', 'GET', '/v1/payments?limit=2')
  await tell('listBalances', 'GET', '/v1/balances')
  const { reference, ...unordered } = payment()
  await tell('explainRoute', 'POST', '/v1/routing/explain', { body: unordered })
  await tell('explainRoute', 'POST', '/v1/routing/explain', { body: { ...unordered, reference, gateway: 'nowhere' } })
  const reviewed = await underReview(world)
  await tell('listReviews', 'GET', '/v1/reviews?limit=1')
  await tell('getReview', 'GET', `/v1/reviews/${reviewed}`)
  await tell('getReview', 'GET', `/v1/reviews/${held.json.id}`)
  for (const action of ['retry_now', 'acknowledge', 'forgive']) {
    await tell('resolveReview', 'POST', `/v1/reviews/${reviewed}/resolve`, {
      body: { action, by: 'ops', note: 'seen' },
    })
  }
  const dispute = `/v1/disputes/${await inDispute(world)}`
  const evidence = { body: { texts: { explanation: 'It was delivered.' } } }
  await tell('listDisputes', 'GET', '/v1/disputes?limit=1')
  await tell('getDispute', 'GET', dispute)
  await tell('getDispute', 'GET', '/v1/disputes/dis_none')
  await tell('addEvidence', 'POST', `${dispute}/evidence`, evidence)
  await tell('addEvidence', 'POST', `${dispute}/evidence`, { body: { texts: { moon: 'x' } } })
  await tell('submitEvidence', 'POST', `${dispute}/submit`)
  await tell('submitEvidence', 'POST', `${dispute}/submit`, { body: { texts: { explanation: 'other' } } })
  await tell('acceptDispute', 'POST', `${dispute}/accept`)
  await tell('acceptDispute', 'POST', `/v1/disputes/${await inDispute(world)}/accept`)
  await world.florin.for('mer_alice').settlements.run({ plan: 'daily' })
  const settled = await tell('listSettlements', 'GET', '/v1/settlements?limit=1')
  const [settlement] = settled.json.data as readonly { readonly id: string }[]
  await tell('listSettlements', 'GET', '/v1/settlements?state=lost')
  await tell('getSettlement', 'GET', `/v1/settlements/${settlement?.id}`)
  await tell('getSettlement', 'GET', '/v1/settlements/stl_none')
  await tell('getSettlementStatement', 'GET', `/v1/settlements/${settlement?.id}/statement`)
  await tell('getSettlementStatement', 'GET', '/v1/settlements/stl_none/statement')
  await tell('listSettlementPlans', 'GET', '/v1/settlement-plans')
  const ops = { as: 'ops' }
  const read = await strangeFile(world.florin)
  const file = { ...ops, body: 'l1,500\n', headers: { 'content-type': 'text/csv' } }
  const runs = '/v1/reconciliation/runs?format=lines&bank=giro&onMalformed='
  await tell('ingestFile', 'POST', `${runs}report`, file)
  await tell('ingestFile', 'POST', `${runs}never`, file)
  await tell('listReconciliationRuns', 'GET', '/v1/reconciliation/runs', ops)
  await tell('listReconciliationRuns', 'GET', '/v1/reconciliation/runs')
  await tell('getReconciliationRun', 'GET', `/v1/reconciliation/runs/${read.id}`, ops)
  const found = await tell('listBreaks', 'GET', '/v1/reconciliation/breaks', ops)
  const [amiss] = found.json.data as readonly { readonly id: string }[]
  const broken = `/v1/reconciliation/breaks/${amiss?.id}`
  await tell('assignBreak', 'POST', `${broken}/assign`, { ...ops, body: { owner: 'ann' } })
  await tell('releaseBreak', 'POST', `${broken}/release`, ops)
  await tell('ignoreBreak', 'POST', `${broken}/ignore`, { ...ops, body: { by: 'ann', note: 'seen' } })
  await tell('reopenBreak', 'POST', `${broken}/reopen`, ops)
  const how = { how: 'write_off', by: 'ann', note: 'seen' }
  await tell('resolveBreak', 'POST', `${broken}/resolve`, { ...ops, body: how })
  await tell('resolveBreak', 'POST', `${broken}/resolve`, { ...ops, body: { ...how, by: 'bob' } })
  await tell('getBreak', 'GET', broken, ops)
  await tell('getBreak', 'GET', '/v1/reconciliation/breaks/brk_none', ops)
  await tell('getWallet', 'GET', '/v1/wallet?seller=ann')
  await tell('listWallets', 'GET', '/v1/wallets?limit=1')
  const payee = { name: 'Ann', iban: 'DE89370400440532013000' }
  const account = await tell('addPayoutDestination', 'POST', '/v1/payout_destinations', { body: payee })
  await tell('addPayoutDestination', 'POST', '/v1/payout_destinations', { body: { ...payee, iban: 'DE1' } })
  await tell('listPayoutDestinations', 'GET', '/v1/payout_destinations')
  await tell('getPayoutDestination', 'GET', `/v1/payout_destinations/${account.json.id}`)
  const out = { amount: '1.00', currency: 'EUR', destination: account.json.id }
  const order = (more: object) => tell('createPayout', 'POST', '/v1/payouts', { body: { ...out, ...more } })
  const filed = await order({ reference: 'p1', rail: 'paper' })
  await order({ reference: 'p1' })
  const waiting = await order({ reference: 'p2', rail: 'paper' })
  await order({ reference: 'p3', amount: '1000000.00' })
  await tell('listPayouts', 'GET', '/v1/payouts?limit=1')
  await tell('cancelPayout', 'POST', `/v1/payouts/${waiting.json.id}/cancel`)
  await tell('exportPayouts', 'POST', '/v1/payout_files', { body: { rail: 'paper', reference: 'f1' } })
  const files = await tell('listPayoutFiles', 'GET', '/v1/payout_files')
  const [written] = files.json.data as readonly { readonly id: string }[]
  await tell('getPayoutFile', 'GET', `/v1/payout_files/${written?.id}`)
  await tell('getPayoutFile', 'GET', '/v1/payout_files/pof_none')
  const payout = `/v1/payouts/${filed.json.id}`
  await tell('getPayout', 'GET', payout)
  await tell('cancelPayout', 'POST', `${payout}/cancel`)
  await tell('approvePayout', 'POST', `${payout}/approve`, { body: { by: 'ops' } })
  await tell('resolvePayout', 'POST', `${payout}/resolve`, {
    body: { outcome: 'returned', by: 'ops', note: 'seen on the statement' },
  })
  await tell('removePayoutDestination', 'DELETE', `/v1/payout_destinations/${account.json.id}`)
  const customer = await tell('createCustomer', 'POST', '/v1/customers', {
    body: { name: 'Ann', email: 'a@b.cd', metadata },
  })
  await tell('getCustomer', 'GET', `/v1/customers/${customer.json.id}`)
  const methods = `/v1/customers/${customer.json.id}/payment_methods`
  const attached = await tell('attachPaymentMethod', 'POST', methods, {
    body: { ...card('tok_approve'), instrument: { last4: '4242' } },
  })
  await tell('listPaymentMethods', 'GET', methods)
  await tell('detachPaymentMethod', 'DELETE', `/v1/payment_methods/${attached.json.id}`)
  await tell('receiveWebhook', 'POST', '/v1/webhooks/sandbox/default', { body: {} })
  for (const query of ['', '?position=1000000', '?format=csv']) {
    await tell('getTrialBalance', 'GET', `/v1/reports/trial-balance${query}`)
  }
  await tell('getEarnings', 'GET', '/v1/reports/earnings?by=day&zone=Europe/Berlin')
  await tell('getEarnings', 'GET', '/v1/reports/earnings?zone=Nowhere')
  await tell('getOutstanding', 'GET', '/v1/reports/outstanding')
  await tell('getAccountStatement', 'GET', '/v1/reports/statement?account=merchant/pending/EUR')
  await tell('getAccountStatement', 'GET', '/v1/reports/statement?account=merchant/pending/CHF')
  await tellOfFees(tell, world.florin)
  await tellOfExchange(tell, world.florin)
  await tell('getHealth', 'GET', '/health')
  await tell('getOpenApi', 'GET', '/openapi.json')
  return told
}

describe('real answers', () => {
  it('are as the document says: status, media type, and every field of the body', async () => {
    const told = await answers()
    expect(new Set(told.map(([operationId]) => operationId))).toEqual(new Set(ROUTES.map((route) => route.operationId)))
    for (const [operationId, { status, headers, text, json }] of told) {
      const responses = operations.find(({ operation }) => operation.operationId === operationId)?.operation.responses
      const response = responses?.[status]
      expect([operationId, status, response !== undefined]).toEqual([operationId, status, true])
      if (text === '') continue
      const [type = ''] = headers.get('content-type')?.split(';') ?? []
      const name = response?.content?.[type]?.schema.$ref?.split('/').at(-1)
      const isText = type === 'text/csv' && response?.content?.[type] !== undefined
      expect([operationId, status, type, name !== undefined || isText || operationId === 'getOpenApi']).toEqual([
        operationId,
        status,
        type,
        true,
      ])
      if (name === undefined) continue
      const schema: z.ZodType = OUTPUTS[name as OutputName]
      const isLines = type === 'application/x-ndjson'
      for (const one of isLines
        ? text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [json]) {
        const parsed = schema.safeParse(one)
        expect([operationId, parsed.error?.issues ?? []]).toEqual([operationId, []])
        if (name !== 'Problem') expect(parsed.data).toEqual(one) // a field that the schema does not know would be missing
      }
    }
  })
})
