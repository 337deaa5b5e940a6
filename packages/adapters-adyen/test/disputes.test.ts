import { createFlorin, ephemeralKeys, type Florin, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { type AdyenDouble, startAdyenDouble } from '@florin/testkit/adyen'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ADYEN_TEST_CARDS, adyen, adyenSettlementDetail } from '../src/index.ts'

let double: AdyenDouble
let florin: Florin<'adyen'>
let ahead = 0
let orders = 0
const errors: unknown[] = []

beforeEach(async () => {
  ahead = 0
  const clock = { now: () => Date.now() + ahead }
  double = await startAdyenDouble({ clock })
  const { apiKey, accounts, webhook, url: baseUrl, disputesUrl } = double
  const account = {
    apiKey,
    merchantAccount: accounts.default ?? '',
    hmacKeys: [webhook.hmacKey],
    webhookUser: webhook.username,
    webhookPassword: webhook.password,
  }
  errors.length = 0
  florin = await createFlorin({
    storage: memoryStorage(),
    gateways: {
      adyen: adyen({
        ...{ environment: 'test', baseUrl, disputesUrl, accounts: { default: account } },
        defenseDocuments: { defense_material: 'DefenseMaterial', delivery: 'DefenseMaterial' },
      }),
    },
    keys: ephemeralKeys(systemRuntime().random),
    runtime: { ...systemRuntime(), clock },
    onError: (error) => void errors.push(error),
  })
})
afterEach(async () => {
  await florin.close()
  await double.close()
})

const pay = (over: object = {}) =>
  florin.payments.create({
    reference: `order-${++orders}`,
    amount: '100.00',
    currency: 'EUR',
    method: { type: 'card', token: ADYEN_TEST_CARDS.visa?.token ?? '' },
    returnUrl: 'https://shop.test/back',
    ...over,
  })

/** Hands on every webhook made so far, twice and backwards, as Adyen may; then lets Florin work on them. */
const deliver = async (): Promise<void> => {
  for (let round = 0; round < 3; round += 1) {
    const deliveries = [...double.deliveries()].reverse()
    for (const delivery of [...deliveries, ...deliveries])
      await florin.webhooks.receive({ gateway: 'adyen', ...delivery })
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

const disputed = async (over: object = {}) => {
  const payment = await pay()
  await deliver()
  const psp = double.books()[0]?.id ?? ''
  const dispute = double.dashboard.openDispute(psp, over)
  await deliver()
  return { payment, dispute }
}

describe('a dispute at Adyen', () => {
  test('is defended with documents, and won', async () => {
    const { payment, dispute } = await disputed({ amount: 4_000n })
    expect(await only()).toMatchObject({
      ...{ payment: payment.id, status: 'evidence_due', amount: '40.00', withdrawn: '40.00' },
      reason: { code: '10.4' },
    })
    const bytes = Buffer.from('%PDF-1.7 an invoice')
    await florin.disputes.submitEvidence((await only()).id, {
      texts: { defense_reason_code: 'SupplyDefenseMaterial' },
      files: [{ kind: 'defense_material', name: 'invoice.pdf', contentType: 'application/pdf', bytes }],
    })
    await deliver()
    await deliver()
    expect(await only()).toMatchObject({ status: 'evidence_submitted' })
    double.dashboard.decideDispute(dispute, 'won')
    await deliver()
    expect(await only()).toMatchObject({ status: 'won', withdrawn: '0.00', frozen: '0.00', lost: '0.00' })
    expect(await florin.payments.get(payment.id)).toMatchObject({ disputeState: 'won', refundable: '100.00' })
    await expectSound()
  })

  test('is defended once with large documents, whatever gets lost on the way', async () => {
    await disputed()
    const file = (kind: string, contentType: 'application/pdf' | 'image/jpeg') => {
      const bytes = Buffer.alloc(1_999_000, 0xff) // about as large as Florin takes them, and no text
      bytes.set(contentType === 'application/pdf' ? Buffer.from('%PDF-1.7') : [0xff, 0xd8, 0xff])
      return { kind, name: `${kind}.bin`, contentType, bytes }
    }
    for (const how of ['drop_after', 'cut_body', 'error_500_before', 'rate_limit'] as const)
      double.fail({ how, when: { operation: 'supply_document' } })
    double.fail({ how: 'error_500_after', when: { operation: 'defend_dispute' } })
    const before = double.mutations()
    await florin.disputes.submitEvidence((await only()).id, {
      texts: { defense_reason_code: 'SupplyDefenseMaterial' },
      files: [file('defense_material', 'application/pdf'), file('delivery', 'image/jpeg')],
    })
    for (let turn = 0; turn < 12; turn += 1) {
      ahead += 60_000
      await deliver()
    }
    expect(await only()).toMatchObject({ status: 'evidence_submitted' })
    const sent = double.mutations() - before
    expect([sent >= 6, sent <= 7]).toEqual([true, true]) // a webhook may tell of the defense before it is sent again
    await expectSound()
  })

  test('is reversed, comes a second time, and is lost', async () => {
    const { dispute } = await disputed()
    double.dashboard.reverseDispute(dispute)
    await deliver()
    expect(await only()).toMatchObject({ withdrawn: '0.00' })
    ahead += 5_000 // Adyen's dates have seconds
    double.dashboard.escalateDispute(dispute)
    await deliver()
    expect(await only()).toMatchObject({ withdrawn: '100.00' })
    double.dashboard.decideDispute(dispute, 'lost')
    await deliver()
    expect(await only()).toMatchObject({ status: 'lost', lost: '100.00', frozen: '0.00' })
    expect(double.books()[0]).toMatchObject({ disputed: 10_000n })
    await expectSound()
  })

  test('is accepted', async () => {
    const { payment } = await disputed()
    await florin.disputes.accept((await only()).id)
    await deliver()
    await deliver()
    expect(await only()).toMatchObject({ status: 'accepted', lost: '100.00' })
    expect(await florin.payments.get(payment.id)).toMatchObject({ disputeState: 'lost', refundable: '0.00' })
    await expectSound()
  })

  test('begins as a question, and goes on as a chargeback', async () => {
    const { dispute } = await disputed({ inquiry: true })
    expect(await only()).toMatchObject({ status: 'inquiry', withdrawn: '0.00' })
    double.dashboard.escalateDispute(dispute)
    await deliver()
    expect(await only()).toMatchObject({ status: 'evidence_due', withdrawn: '100.00' })
    await expectSound()
  })
})

test('what Adyen settled is what its report says: every line is matched, and once more nothing changes', async () => {
  const held = await pay({ capture: 'manual' })
  await florin.payments.capture(held.id, { amount: '80.00' })
  const sold = await pay()
  await deliver()
  await florin.payments.refund(sold.id, { amount: '25.00' })
  await deliver()
  double.dashboard.openDispute(double.books().find(({ captured }) => captured === 8_000n)?.id ?? '')
  await deliver()
  const [batch] = double.closeBatches()
  const file = {
    source: { gateway: 'adyen', account: 'default' },
    reader: adyenSettlementDetail(),
    bytes: Buffer.from(batch?.report ?? ''),
    onMalformed: 'refuse',
  } as const
  const run = await florin.reconciliation.ingest(file)
  expect(run).toMatchObject({ state: 'completed', counts: { matched: 4, booked: 1 } })
  expect((await florin.reconciliation.breaks.list()).data).toEqual([])
  expect(await florin.reconciliation.ingest(file)).toMatchObject({ id: run.id })
  await expectSound()
})
