import { isFlorinError, type PaymentView } from '@florin/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { audit } from '../audit.ts'
import { runs, WITHIN_MS } from '../fuzz/runs.ts'
import { type World, world } from '../world.ts'

/** A payment as a shopkeeper thinks of it, in cents: what was promised, what was taken of it, given back, and let go. */
interface Naive {
  promised: number
  taken: number
  back: number
  /** Nothing more can be taken: all was, or the rest was let go. */
  over: boolean
  /** It was let go before anything was taken. */
  canceled: boolean
}
interface Real {
  readonly w: World
  readonly id: string
}
type Operation = 'capture' | 'cancel' | 'refund' | 'increment'

const text = (cents: number): string => (cents / 100).toFixed(2)
const left = (naive: Naive): number => (naive.over ? 0 : naive.promised - naive.taken)

const statusOf = (naive: Naive): string => {
  if (naive.canceled) return 'canceled'
  return left(naive) > 0 ? 'authorized' : 'succeeded'
}

const expectSame = (view: PaymentView, naive: Naive): void => {
  const { status, captured, refunded, capturable, refundable } = view
  expect({ status, captured, refunded, capturable, refundable }).toEqual({
    status: statusOf(naive),
    captured: text(naive.taken),
    refunded: text(naive.back),
    capturable: text(naive.canceled ? 0 : left(naive)),
    refundable: text(naive.taken - naive.back),
  })
}

/** One operation: what the naive payment does, or why it refuses. */
class Doing implements fc.AsyncCommand<Naive, Real> {
  private readonly what: Operation
  private readonly cents: number
  private readonly final: boolean
  constructor(what: Operation, cents: number, final: boolean) {
    this.what = what
    this.cents = cents
    this.final = final
  }

  check = (): boolean => true
  toString = (): string =>
    `${this.what} ${text(this.cents)}${this.what === 'capture' && !this.final ? ' and more to come' : ''}`

  async run(naive: Naive, { w, id }: Real): Promise<void> {
    const refused = this.act(naive)
    const outcome = await w.run(this.perform(w, id)).then(
      () => null,
      (error: unknown) => error,
    )
    if (refused === null) expect(outcome).toBeNull()
    else expect(isFlorinError(outcome) ? outcome.code : outcome).toBe(refused)
    await w.advance(10)
    expectSame(await w.get(id), naive)
  }

  private perform(w: World, id: string): Promise<PaymentView> {
    const amount = text(this.cents)
    const { payments } = w.florin
    switch (this.what) {
      case 'capture':
        return payments.capture(id, { amount, final: this.final })
      case 'cancel':
        return payments.cancel(id)
      case 'refund':
        return payments.refund(id, { amount })
      case 'increment':
        return payments.increment(id, { amount })
    }
  }

  private act(naive: Naive): string | null {
    switch (this.what) {
      case 'capture':
        if (left(naive) === 0) return 'invalid_state'
        if (this.cents > left(naive)) return 'amount_too_large'
        naive.taken += this.cents
        naive.over = this.final || naive.taken === naive.promised
        return null
      case 'cancel':
        if (naive.canceled) return null
        if (left(naive) === 0) return 'invalid_state'
        naive.canceled = naive.taken === 0
        naive.over = true
        return null
      case 'refund':
        if (naive.taken === 0) return 'invalid_state'
        if (this.cents > naive.taken - naive.back) return 'amount_too_large'
        naive.back += this.cents
        return null
      case 'increment':
        if (left(naive) === 0) return 'invalid_state'
        if (this.cents <= naive.promised) return 'invalid_request'
        // The acquirer raises only what nothing was taken of; its refusal changes nothing.
        if (naive.taken === 0) naive.promised = this.cents
        return null
    }
  }
}

const cents = fc.oneof(fc.integer({ min: 1, max: 12_000 }), fc.constantFrom(1, 5_000, 9_999, 10_000, 10_001))
const doing = (what: Operation) =>
  fc.tuple(cents, fc.boolean()).map(([amount, final]) => new Doing(what, amount, final))

test(
  'whatever is done to a payment, in whatever order, it stands as a shopkeeper would have it, and the books agree',
  async () => {
    const life = fc.commands(
      [doing('capture'), doing('capture'), doing('refund'), doing('increment'), doing('cancel')],
      {
        maxCommands: 14,
      },
    )
    await fc.assert(
      fc.asyncProperty(life, async (commands) => {
        const w = await world()
        const { id } = await w.pay({ capture: 'manual' })
        await fc.asyncModelRun(
          () => ({
            model: { promised: 10_000, taken: 0, back: 0, over: false, canceled: false } satisfies Naive,
            real: { w, id },
          }),
          commands,
        )
        await audit(w)
      }),
      runs(60),
    )
  },
  WITHIN_MS,
)
