import { SANDBOX_BANK_ACCOUNTS } from '@florin/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { payoutReturned, payoutSettled } from '../../../core/src/flows/index.ts'
import { PAYOUT, type PayoutEvent, type PayoutState } from '../../../core/src/payouts/index.ts'
import { auditAlways } from '../audit.ts'
import { contextOf, type PayoutWorld, payoutWorld } from './payout-world.ts'

const FACT = { amount: 6_000n, currency: 'EUR' }

type Steps = readonly PayoutEvent[]

/** The shortest way to each state. */
const WAYS: Readonly<Record<PayoutState, Steps>> = {
  created: [],
  approved: ['approve'],
  submitted: ['approve', 'submit'],
  unknown: ['approve', 'submit', 'lost'],
  processing: ['approve', 'submit', 'accept'],
  paid: ['approve', 'submit', 'pay'],
  failed: ['approve', 'submit', 'reject'],
  returned: ['approve', 'submit', 'pay', 'return'],
  canceled: ['cancel'],
}

/** A payout in this state, however it got there; what nobody else would do is done to its row as the flows do it. */
const inState = async (state: PayoutState): Promise<{ readonly w: PayoutWorld; readonly id: string }> => {
  const w = await payoutWorld({ approveFrom: { EUR: '0.01' } })
  await w.fund(10_000n)
  const { id } = await w.payOut()
  await force(w, id, WAYS[state])
  return { w, id }
}

const force = async (w: PayoutWorld, id: string, events: Steps): Promise<void> => {
  const { changePayout } = await import('../../../core/src/flows/payouts/commit.ts')
  const { movePayout } = await import('../../../core/src/payouts/index.ts')
  const context = contextOf(w)
  for (const event of events) {
    await w.run(changePayout(context, 'mer_default', id, (row, now) => movePayout(row, event, now)))
  }
}

const settled = (w: PayoutWorld, id: string) => w.run(payoutSettled(contextOf(w), id, FACT))
const returned = (w: PayoutWorld, id: string) => w.run(payoutReturned(contextOf(w), id, { ...FACT, code: 'AC01' }))

describe('what a statement tells', () => {
  test.each(Object.keys(WAYS) as PayoutState[])('holds of a payout that is %s, once', async (state) => {
    const paid = await inState(state)
    const known = state === 'paid' || state === 'returned'
    expect(await settled(paid.w, paid.id)).toMatchObject({ outcome: known ? 'known' : 'applied' })
    expect(await settled(paid.w, paid.id)).toMatchObject({ outcome: 'known' })
    if (state !== 'returned') {
      expect(await paid.w.payout(paid.id)).toMatchObject({ status: 'paid' })
      expect(await paid.w.balances()).toMatchObject({ 'merchant/available/EUR': '40.00', 'bank/sandbox/EUR': '-60.00' })
    }
    await auditAlways(paid.w)
    const back = await inState(state)
    expect(await returned(back.w, back.id)).toMatchObject({ outcome: state === 'returned' ? 'known' : 'applied' })
    expect(await returned(back.w, back.id)).toMatchObject({ outcome: 'known' })
    expect(await settled(back.w, back.id)).toMatchObject({ outcome: 'known' }) // the debit is told after the return
    expect(await back.w.payout(back.id)).toMatchObject({ status: 'returned' })
    expect(await back.w.balances()).toEqual({ 'merchant/available/EUR': '100.00', 'merchant/pending/EUR': '-100.00' })
    await auditAlways(back.w)
  })

  test('takes what is not there any more, where a payout left that was believed to have failed', async () => {
    const { w, id } = await inState('failed')
    await w.run(
      w.florin.payouts.create({
        reference: 'all',
        amount: '100.00',
        currency: 'EUR',
        destination: await w.destination(),
      }),
    )
    expect(await settled(w, id)).toMatchObject({ outcome: 'applied' })
    expect(await w.balances()).toMatchObject({ 'merchant/available/EUR': '-60.00' })
    await auditAlways(w)
  })

  test('is not taken where its amount or currency is not the payout’s, nor for another merchant', async () => {
    const { w, id } = await inState('submitted')
    const context = contextOf(w)
    const tell = (fact: typeof FACT, merchant: string | null = null) =>
      w.run(payoutSettled(context, id, fact, merchant))
    expect(await tell({ ...FACT, amount: 6_001n })).toMatchObject({ outcome: 'differs' })
    expect(await tell({ ...FACT, currency: 'USD' })).toMatchObject({ outcome: 'differs' })
    expect(await tell(FACT, 'mer_other')).toEqual({ outcome: 'not_found' })
    expect(await w.run(payoutSettled(context, 'NOTPROVIDED', FACT))).toEqual({ outcome: 'not_found' })
    expect(await w.payout(id)).toMatchObject({ status: 'submitted' })
  })

  test('ends in the same state and books in any order, told once or twice, with what the rail says', async () => {
    const facts = ['settled', 'returned', 'tick'] as const
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...facts), { maxLength: 5 }), async (told) => {
        const w = await payoutWorld()
        await w.fund(10_000n)
        const { id } = await w.payOut({ iban: SANDBOX_BANK_ACCOUNTS.bounces })
        for (const one of told) {
          if (one === 'settled') await settled(w, id)
          if (one === 'returned') await returned(w, id)
          if (one === 'tick') await w.tick()
        }
        await returned(w, id)
        await w.tick()
        expect(await w.payout(id)).toMatchObject({ status: 'returned' })
        expect(await w.balances()).toEqual({ 'merchant/available/EUR': '100.00', 'merchant/pending/EUR': '-100.00' })
        await auditAlways(w)
      }),
      { numRuns: 25 },
    )
  })
})

describe('the machine', () => {
  const moves = Object.entries(PAYOUT).flatMap(([state, events]) =>
    Object.entries(events).map(([event, to]) => [state, event, to] as [PayoutState, PayoutEvent, PayoutState]),
  )

  test.each(moves)('keeps books and events whole from %s by %s', async (state, event, to) => {
    const { w, id } = await inState(state)
    await force(w, id, [event])
    expect(await w.payout(id)).toMatchObject({ status: to })
    await auditAlways(w)
  })
})
