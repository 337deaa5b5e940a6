import type { Florin } from '@florin/core'
import { SANDBOX_BANK_ACCOUNTS } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { type Death, mortal } from '../mortal.ts'
import { type PayoutWorld, payoutWorld } from './payout-world.ts'

/*
 * The failure points of a payout (FAILURES 1), each of which a death at every call of a port, before and after it, goes through:
 * F1  before the order is committed: nothing happened, and the same call orders it
 * F2  the order is committed, and nobody sends it: the job is there, and sends it
 *     it is about to be sent, and nobody knows whether it was: the bank is asked, or sent the same bytes under the same key
 * F9  it was sent, and the answer is not written down: the same
 *     the job's end is not committed: it runs again, and finds nothing to do
 */
const order = (destination: string) => ({ reference: 'crash-1', amount: '60.00', currency: 'EUR', destination })

const DAY_MS = 86_400_000

/** Lets the other server work until nothing is on its way: at most about two days. */
const settle = async (w: PayoutWorld, florin: Florin<'sandbox'>, id: string): Promise<void> => {
  for (let waitMs = 1_000; waitMs < DAY_MS; waitMs *= 2) {
    await w.run(florin.tick())
    const { status } = await w.run(florin.payouts.get(id))
    if (status === 'paid' || status === 'failed') return
    await w.advance(waitMs)
  }
}

const live = async (lookup: boolean, death: Death | null, iban: string) => {
  const w = await payoutWorld({ lookup })
  await w.fund(10_000n)
  const destination = await w.destination(iban)
  const process = mortal(w.runtime, death)
  const first = await w.another(process.parts)
  process.arm()
  const work = async (): Promise<void> => {
    await first.payouts.create(order(destination))
    await first.tick()
  }
  await process.live(work())
  return { w, process, destination }
}

const CASES = [
  ['paid, at a bank that can be asked', true, SANDBOX_BANK_ACCOUNTS.pays, 'paid', '40.00'],
  ['paid, at a bank that only knows its keys', false, SANDBOX_BANK_ACCOUNTS.pays, 'paid', '40.00'],
  ['refused', true, SANDBOX_BANK_ACCOUNTS.rejects, 'failed', '100.00'],
] as const

describe('a crash at any call', () => {
  test.each(CASES)(
    'of a payout that is %s, leads to one transfer at most, and to books that know',
    async (...given) => {
      const [, lookup, iban, ends, left] = given
      const clean = await live(lookup, null, iban)
      const calls = clean.process.calls.length
      expect(calls).toBeGreaterThan(5)
      for (let call = 1; call <= calls; call++) {
        for (const when of ['before', 'after'] as const) {
          const { w, destination } = await live(lookup, { call, when }, iban)
          const second = await w.another()
          await w.advance(130_000) // longer than a job's lease
          const payout = await w.run(second.payouts.create(order(destination)))
          await settle(w, second, payout.id)
          const seen = `${clean.process.calls[call - 1]} ${when}`
          const after = await w.run(second.payouts.get(payout.id))
          // A request that never left is not in the bank's books, and the bank's word for that is enough in time.
          if (ends === 'failed' || w.bank.transfers().length === 0)
            expect([seen, after.status]).toEqual([seen, 'failed'])
          else expect([seen, after.status]).toEqual([seen, ends])
          expect(w.bank.transfers().length).toBeLessThanOrEqual(1)
          const books = await w.balances()
          const kept = after.status === 'paid' ? left : '100.00'
          expect([seen, books['merchant/available/EUR']]).toEqual([seen, kept])
          expect(books).not.toHaveProperty('merchant/payouts/EUR')
          await auditAlways({ ...w, florin: second })
        }
      }
    },
  )
})
