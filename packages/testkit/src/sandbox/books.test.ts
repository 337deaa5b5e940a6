import type { Answer, Target } from '@florin/core/gateways'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fakeRuntime } from '../clock/index.ts'
import { type Acquirer, createAcquirer, SANDBOX_TOKENS, sandbox } from './index.ts'
import { drive } from './test-driver.ts'

const DAY = 86_400_000
const amount = fc.bigInt({ min: 1n, max: 3_000n })
const token = fc.constantFrom(...SANDBOX_TOKENS.filter((each) => each.token !== 'tok_slow').map((each) => each.token))
const how = fc.constantFrom(
  'drop_before',
  'drop_after',
  'error_500_before',
  'error_500_after',
  'cut_body',
  'rate_limit',
)
const step = fc.oneof(
  fc.record({
    do: fc.constant('charge' as const),
    token,
    amount,
    sale: fc.boolean(),
    currency: fc.constantFrom('EUR', 'JPY'),
  }),
  fc.record({ do: fc.constant('capture' as const), on: fc.nat(), amount, final: fc.boolean() }),
  fc.record({ do: fc.constantFrom('refund' as const, 'increment' as const), on: fc.nat(), amount }),
  fc.record({ do: fc.constantFrom('cancel' as const, 'again' as const, 'challenge' as const), on: fc.nat() }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1_000, max: 4 * DAY }) }),
  fc.record({ do: fc.constant('fault' as const), how }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const sum = (values: Iterable<bigint>): bigint => [...values].reduce((total, each) => total + each, 0n)

const checkBooks = (acquirer: Acquirer): void => {
  const { currencies, charges } = acquirer.books()
  for (const charge of charges) {
    expect(charge.captured + charge.released + charge.held).toBe(charge.authorized)
    expect(charge.held >= 0n && charge.refunded >= 0n && charge.released >= 0n).toBe(true)
    expect(charge.refunded <= charge.captured).toBe(true)
    if (charge.status === 'captured') expect(charge.held === 0n && charge.captured > 0n).toBe(true)
    if (['canceled', 'expired', 'declined', 'pending', 'requires_action'].includes(charge.status)) {
      expect(charge.held + charge.captured).toBe(0n)
    }
  }
  for (const [currency, books] of Object.entries(currencies)) {
    const own = charges.filter((charge) => charge.currency === currency)
    for (const field of ['authorized', 'held', 'captured', 'refunded', 'released'] as const)
      expect(books[field]).toBe(sum(own.map((charge) => charge[field])))
    const settled = acquirer.settlements().filter((each) => each.currency === currency)
    expect(books.settled).toBe(sum(settled.map((each) => each.net)))
  }
}

const play = async (steps: readonly Step[]): Promise<Acquirer> => {
  const runtime = fakeRuntime()
  const acquirer = createAcquirer(runtime)
  const driver = drive(sandbox({ acquirer }), runtime.clock.now)
  const targets: { target: Target; currency: string; amount: bigint; command: Parameters<typeof driver.run>[0] }[] = []
  let last: Parameters<typeof driver.run>[0] | null = null
  const run = (command: Parameters<typeof driver.run>[0]): Promise<Answer> => {
    last = command
    return driver.run(command)
  }
  for (const each of steps) {
    if (each.do === 'wait') await runtime.scheduler.advance(each.ms)
    else if (each.do === 'fault') acquirer.fail({ how: each.how })
    else if (each.do === 'charge') {
      const command = driver.charge(
        each.token,
        { amount: each.amount, currency: each.currency },
        each.sale ? 'sale' : 'authorize',
      )
      const answer = await run(command)
      targets.push({ target: driver.target(command, answer), currency: each.currency, amount: each.amount, command })
    } else {
      const chosen = targets[each.on % Math.max(1, targets.length)]
      if (chosen === undefined) continue
      const { target, currency } = chosen
      if (each.do === 'capture') await run({ ...driver.capture(target, each.amount, each.final), currency })
      else if (each.do === 'refund') await run({ ...driver.refund(target, each.amount), currency })
      else if (each.do === 'increment') await run({ ...driver.increment(target, each.amount, 1n), currency })
      else if (each.do === 'cancel') await run({ ...driver.cancel(target), currency })
      else if (each.do === 'again') await run(last ?? chosen.command)
      else if (acquirer.charge(target.attempt)?.status === 'requires_action') {
        const { payload } = acquirer.challenge(target.attempt, 'pass')
        await run({ ...driver.complete(target, payload, chosen.amount), currency })
      }
    }
    checkBooks(acquirer)
  }
  return acquirer
}

it('whatever is asked, in whatever order and with whatever faults, the books balance', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const acquirer = await play(steps)
      acquirer.settle()
      checkBooks(acquirer)
      for (const books of Object.values(acquirer.books().currencies))
        expect(books.settled).toBe(books.captured - books.refunded - books.fees)
    }),
    { numRuns: 150 },
  )
})
