import { describe, expect, test } from 'vitest'
import { type AttemptCells, rows } from '../rows.ts'
import {
  auditDisputes,
  balances,
  captured,
  dispute,
  FROZEN,
  OWED,
  only,
  PENDING,
  settle,
  types,
  WITHHELD,
} from './dispute-world.ts'

const FREE = { acquirer: { fees: { basisPoints: 0 } } }

describe('a chargeback', () => {
  test('freezes the money in dispute, and books what the gateway took and charged', async () => {
    const { w, payment, charge } = await captured(FREE)
    await dispute(w, charge)
    expect(await w.get(payment.id)).toMatchObject({
      ...{ status: 'succeeded', disputeState: 'open', disputed: '100.00', refundable: '0.00' },
    })
    const details = await only(w)
    expect(details).toMatchObject({
      ...{ payment: payment.id, stage: 'chargeback', status: 'evidence_due', needsAnswer: true, amount: '100.00' },
      ...{ frozen: '100.00', withdrawn: '100.00', lost: '0.00', gatewayFee: '15.00', fee: '0.00' },
      ...{
        reason: { code: '10.4' },
        evidenceDueAt: new Date(w.runtime.clock.now() - 20 + 7 * 86_400_000).toISOString(),
      },
    })
    expect(types(details)).toEqual(['dispute.evidence_due', 'dispute.cost_booked', 'dispute.funds_withdrawn'])
    expect(await balances(w)).toMatchObject({ [FROZEN]: 10_000n, [WITHHELD]: 10_000n, [OWED]: -1_500n })
    expect((await balances(w))[PENDING]).toBeUndefined()
    await auditDisputes(w)
  })

  test('that is lost costs its owner the money, and frees what was frozen of it', async () => {
    const { w, payment, charge } = await captured(FREE)
    const { id } = await dispute(w, charge)
    w.acquirer.dashboard.decideDispute(id, 'lost')
    await settle(w)
    expect(await only(w)).toMatchObject({ status: 'lost', frozen: '0.00', lost: '100.00', needsAnswer: false })
    expect(await balances(w)).toEqual({ [OWED]: -1_500n, 'costs/EUR': 1_500n })
    expect(await w.get(payment.id)).toMatchObject({ disputeState: 'lost', disputed: '100.00', refundable: '0.00' })
    await auditDisputes(w)
  })

  test('that is won gives it back', async () => {
    const { w, payment, charge } = await captured(FREE)
    const { id } = await dispute(w, charge)
    w.acquirer.dashboard.decideDispute(id, 'won')
    await settle(w)
    expect(await only(w)).toMatchObject({ status: 'won', frozen: '0.00', withdrawn: '0.00', lost: '0.00' })
    expect(await balances(w)).toEqual({ [PENDING]: 10_000n, [OWED]: 8_500n, 'costs/EUR': 1_500n })
    expect(await w.get(payment.id)).toMatchObject({ disputeState: 'won', disputed: '0.00', refundable: '100.00' })
    await auditDisputes(w)
  })

  test('that was won may go on before arbitration, and that which was lost be won after all', async () => {
    const { w, charge } = await captured(FREE)
    const { id } = await dispute(w, charge)
    const steps = [
      [() => w.acquirer.dashboard.decideDispute(id, 'won'), { status: 'won' }, 0n],
      [() => w.acquirer.dashboard.escalateDispute(id, 'pre_arbitration'), { status: 'pre_arbitration' }, 10_000n],
      [() => w.acquirer.dashboard.decideDispute(id, 'lost'), { status: 'lost' }, 0n],
      [() => w.acquirer.dashboard.decideDispute(id, 'won'), { status: 'won' }, 0n],
    ] as const
    for (const [act, is, frozen] of steps) {
      act()
      await settle(w)
      expect(await only(w)).toMatchObject(is)
      expect((await balances(w))[FROZEN] ?? 0n).toBe(frozen)
      await auditDisputes(w)
    }
    expect(await balances(w)).toMatchObject({ [PENDING]: 10_000n })
  })

  test('of a part leaves the rest refundable, and no more', async () => {
    const { w, payment, charge } = await captured(FREE)
    await dispute(w, charge, { amount: 4_000n })
    expect(await w.get(payment.id)).toMatchObject({ disputed: '40.00', refundable: '60.00' })
    expect((await w.refusal(w.florin.payments.refund(payment.id, { amount: '60.01' }))).code).toBe('invalid_state')
    await w.run(w.florin.payments.refund(payment.id))
    expect(await w.get(payment.id)).toMatchObject({ refunded: '60.00', refundable: '0.00' })
    await auditDisputes(w)
  })

  test('is borne by the sellers as the money was taken', async () => {
    const orders = [
      { reference: 'a', seller: 'ann', amount: '33.33' },
      { reference: 'b', seller: 'bob', amount: '66.67' },
    ]
    const { w, charge } = await captured({ ...FREE, pay: { orders } })
    const { id } = await dispute(w, charge, { amount: 5_001n })
    expect(await balances(w)).toMatchObject({ 'seller/ann/frozen/EUR': 1_667n, 'seller/bob/frozen/EUR': 3_334n })
    w.acquirer.dashboard.decideDispute(id, 'won')
    await settle(w)
    expect(await balances(w)).toMatchObject({ 'seller/ann/pending/EUR': 3_333n, 'seller/bob/pending/EUR': 6_667n })
    await auditDisputes(w)
  })

  test('costs the merchant the fee of its terms, once, whatever comes of it', async () => {
    const options = { disputes: { fee: { EUR: '20.00' } } }
    const { w, charge } = await captured({ ...FREE, options })
    const { id } = await dispute(w, charge)
    w.florin = await w.another({ options: { disputes: { fee: { EUR: '30.00' } } } }) // terms change, what was charged does not
    w.acquirer.dashboard.announceDispute(id)
    await settle(w)
    w.acquirer.dashboard.decideDispute(id, 'won')
    await settle(w)
    expect(await only(w)).toMatchObject({ fee: '20.00' })
    expect(await balances(w)).toMatchObject({ 'platform/fees/EUR': 2_000n, [PENDING]: 8_000n })
    const booked = (await only(w)).timeline.find((entry) => entry.type === 'dispute.fee_charged')
    expect(booked).toMatchObject({ data: { amount: '20.00' }, postings: [{ debit: PENDING, amount: '20.00' }] })
    await auditDisputes(w)
  })
})

describe('an inquiry', () => {
  test('freezes nothing and may be refunded; a chargeback that follows freezes', async () => {
    const { w, payment, charge } = await captured(FREE)
    const { id } = await dispute(w, charge, { stage: 'inquiry' })
    expect(await only(w)).toMatchObject({ status: 'inquiry', frozen: '0.00', withdrawn: '0.00' })
    expect(await w.get(payment.id)).toMatchObject({ disputeState: 'inquiry', refundable: '100.00' })
    await w.run(w.florin.payments.refund(payment.id, { amount: '10.00' }))
    w.acquirer.dashboard.escalateDispute(id, 'chargeback')
    await settle(w)
    expect(await only(w)).toMatchObject({ status: 'evidence_due', frozen: '100.00' })
    await auditDisputes(w)
  })
})

describe('money is not given back twice', () => {
  test('a payment in dispute is not refunded', async () => {
    const { w, payment, charge } = await captured(FREE)
    await dispute(w, charge)
    const refused = await w.refusal(w.florin.payments.refund(payment.id))
    expect(refused).toMatchObject({ code: 'invalid_state', message: expect.stringContaining('in dispute') })
    expect(w.acquirer.books().charges[0]).toMatchObject({ refunded: 0n })
  })

  test('a payment that was refunded and is disputed then: the report tells of the refund, and both are booked', async () => {
    const { w, payment, charge } = await captured(FREE)
    await w.run(w.florin.payments.refund(payment.id))
    await dispute(w, charge)
    const { entries } = await w.run(w.florin.payments.timeline(payment.id))
    expect(entries.at(-1)).toMatchObject({ type: 'payment.disputed', data: { refunded: '100.00' } })
    expect(await balances(w)).toMatchObject({ [PENDING]: -10_000n, [FROZEN]: 10_000n })
    await auditDisputes(w)
  })

  test('a refund on its way when the dispute is heard of is not sent again', async () => {
    const { w, payment, charge } = await captured(FREE)
    w.acquirer.fail({ how: 'error_500_before', when: { operation: 'refund' } })
    const asked = await w.run(w.florin.payments.refund(payment.id))
    expect(asked).toMatchObject({ refunded: '0.00', refundable: '0.00' })
    await dispute(w, charge)
    for (let hours = 0; hours < 40; hours++) {
      await w.advance(3_600_000)
      await w.tick()
    }
    expect(w.acquirer.books().charges[0]).toMatchObject({ refunded: 0n })
    const attempt = (await rows<AttemptCells>(w.inner, 'attempts')).find((one) => one.kind === 'refund')
    expect(w.acquirer.effects(attempt?.id ?? '')).toEqual({ requests: 1, effects: 0 })
    expect((await w.get(payment.id)).refunds).toMatchObject([{ status: 'failed' }])
    await auditDisputes(w)
  })

  test('a refund in the gateway’s dashboard is booked all the same', async () => {
    const { w, payment, charge } = await captured(FREE)
    await dispute(w, charge)
    w.acquirer.dashboard.refund(charge, 10_000n)
    await settle(w)
    expect(await w.get(payment.id)).toMatchObject({ refunded: '100.00', disputed: '100.00', refundable: '0.00' })
    expect(await balances(w)).toMatchObject({ [PENDING]: -10_000n, [FROZEN]: 10_000n })
    await auditDisputes(w)
  })
})
