import { createFlorin, ephemeralKeys, type Florin, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { type StripeDouble, startStripeDouble } from '@florin/testkit/stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stripe, stripeBalanceTransactions } from '../src/index.ts'

const API_KEY = 'sk_test_flow'
const SECRET = 'whsec_0123456789abcdef0123456789abcdef'

let double: StripeDouble
let florin: Florin<'stripe'>
let ahead = 0
let orders = 0
const errors: unknown[] = []

beforeEach(async () => {
  ahead = 0
  const clock = { now: () => Date.now() + ahead }
  double = await startStripeDouble({ accounts: { default: { apiKey: API_KEY, webhookSecret: SECRET } }, clock })
  errors.length = 0
  florin = await createFlorin({
    storage: memoryStorage(),
    gateways: { stripe: stripe({ apiKey: API_KEY, webhookSecret: SECRET, baseUrl: double.url }) },
    keys: ephemeralKeys(systemRuntime().random),
    runtime: { ...systemRuntime(), clock },
    onError: (error) => void errors.push(error),
  })
})
afterEach(async () => {
  await florin.close()
  await double.close()
})

const pay = (token = 'pm_card_visa', over: object = {}) =>
  florin.payments.create({
    reference: `order-${++orders}`,
    amount: '100.00',
    currency: 'EUR',
    method: { type: 'card', token },
    returnUrl: 'https://shop.example/back',
    ...over,
  })

/** Hands on every webhook made so far, twice and backwards, as Stripe may; then lets Florin work on them. */
const deliver = async (): Promise<void> => {
  for (let round = 0; round < 3; round += 1) {
    const deliveries = [...double.deliveries()].reverse()
    for (const delivery of [...deliveries, ...deliveries])
      await florin.webhooks.receive({ gateway: 'stripe', ...delivery })
    await florin.tick()
  }
}

const only = async () => {
  const { data } = await florin.disputes.list()
  expect(data).toHaveLength(1)
  return florin.disputes.get(data[0]?.id ?? '')
}

const expectSound = async (): Promise<void> => {
  expect(await florin.verify()).toMatchObject({ ok: true })
  expect(errors).toEqual([])
}

describe('a dispute at Stripe', () => {
  test('is answered with evidence, and won', async () => {
    const payment = await pay('pm_card_createDispute')
    await deliver()
    expect(await only()).toMatchObject({
      ...{ payment: payment.id, status: 'evidence_due', amount: '100.00', withdrawn: '100.00', gatewayFee: '15.00' },
      reason: { code: '10.4' },
    })
    const evidence = { texts: { explanation: 'They have it.', shipping_tracking: 'Z0123' } }
    await florin.disputes.submitEvidence((await only()).id, evidence)
    await deliver()
    expect(await only()).toMatchObject({ status: 'evidence_submitted' })
    ahead += 5_000 // Stripe's clock has seconds
    double.dashboard.decideDispute(gatewayIdOf(await only()), 'won')
    await deliver()
    expect(await only()).toMatchObject({ status: 'won', withdrawn: '0.00', frozen: '0.00', lost: '0.00' })
    expect(await florin.payments.get(payment.id)).toMatchObject({ disputeState: 'won', refundable: '100.00' })
    expect(double.books()[0]).toMatchObject({ disputed: 0n })
    await expectSound()
  })

  test('is answered with files, each uploaded once, whatever gets lost on the way', async () => {
    await pay()
    double.dashboard.openDispute(double.books()[0]?.id ?? '')
    await deliver()
    const { id } = await only()
    // As large as Florin takes them, and of bytes that are no text.
    const file = (kind: string, size: number) => {
      const bytes = Buffer.alloc(size, 0xff)
      bytes.write('%PDF-1.7')
      return { kind, name: `${kind}.pdf`, contentType: 'application/pdf', bytes } as const
    }
    await florin.disputes.addEvidence(id, { texts: {}, files: [file('receipt', 2_000_000)] })
    for (const how of ['drop_after', 'cut', '500_before', 'rate_limit'] as const)
      double.fail({ how, when: { operation: 'upload_file' } })
    double.fail({ how: 'drop_after', when: { operation: 'update_dispute' } })
    const before = double.mutations()
    await florin.disputes.submitEvidence(id, { files: [file('other', 1_000_000), file('refund_policy', 1_000_000)] })
    for (let turn = 0; turn < 12; turn += 1) {
      ahead += 60_000
      await deliver()
    }
    expect(await only()).toMatchObject({ status: 'evidence_submitted' })
    expect(double.mutations() - before).toBe(3 + 1 + 5) // three files and their evidence, and once more for each fault
    expect(double.files().map(({ filename, size }) => [filename, size])).toEqual([
      ['receipt.pdf', 2_000_000],
      ['other.pdf', 1_000_000],
      ['refund_policy.pdf', 1_000_000],
    ])
    await expectSound()
  })

  test('is given up, and lost', async () => {
    const payment = await pay()
    double.dashboard.openDispute(double.books()[0]?.id ?? '', { amount: 4_000n })
    await deliver()
    await florin.disputes.accept((await only()).id)
    await deliver()
    await deliver()
    expect(await only()).toMatchObject({ lost: '40.00', frozen: '0.00' })
    expect(['lost', 'accepted']).toContain((await only()).status)
    expect(await florin.payments.get(payment.id)).toMatchObject({ refundable: '60.00', disputed: '40.00' })
    await expectSound()
  })

  test('begins as an inquiry, and goes on as a chargeback', async () => {
    await pay('pm_card_createDisputeInquiry')
    await deliver()
    const { id } = await only()
    expect(await only()).toMatchObject({ status: 'inquiry', withdrawn: '0.00' })
    double.dashboard.escalateDispute(gatewayIdOf(await only()))
    await deliver()
    expect(await only()).toMatchObject({ id, status: 'evidence_due', withdrawn: '100.00' })
    await expectSound()
  })
})

const gatewayIdOf = (dispute: object): string =>
  /dp_\w+/.exec(JSON.stringify(dispute))?.[0] ?? expect.fail('the dispute does not name its gateway’s id')

test('what happened at Stripe is what its report says: every line is matched, and once more nothing changes', async () => {
  const held = await pay('pm_card_visa', { capture: 'manual' })
  await florin.payments.capture(held.id, { amount: '80.00' })
  const sold = await pay()
  await florin.payments.refund(sold.id, { amount: '25.00' })
  await deliver()
  double.dashboard.openDispute(double.books().find(({ captured }) => captured === 8_000n)?.id ?? '')
  await deliver()
  double.payOut()
  const file = {
    source: { gateway: 'stripe', account: 'default' },
    reader: stripeBalanceTransactions(),
    bytes: Buffer.from(double.balanceReport()),
    onMalformed: 'refuse',
  } as const
  const run = await florin.reconciliation.ingest(file)
  expect(run).toMatchObject({ state: 'completed', counts: { matched: 4, booked: 1 } })
  expect((await florin.reconciliation.breaks.list()).data).toEqual([])
  expect(await florin.reconciliation.ingest(file)).toMatchObject({ id: run.id })
  await expectSound()
})
