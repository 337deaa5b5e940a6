import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alike, subject } from '../../test/routing-world.ts'
import { spanOf } from './bin-range.ts'
import { conditionOf, covers, matches } from './condition.ts'
import type { RoutingRule, RuleMatch } from './options.ts'
import { createRouter } from './router.ts'
import { routingSchema } from './schema.ts'
import type { RoutingSubject } from './subject.ts'

const some = <T>(...values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 })
const BINS = ['424242', '42424242', '424243', '424200-424299', '42424240-42424250', '555555']

const match: fc.Arbitrary<RuleMatch> = fc.record(
  {
    method: some('card', 'apple_pay', 'redirect'),
    brand: some('ideal', 'twint'),
    network: some('visa', 'mastercard'),
    bin: some(...BINS),
    currency: some('EUR', 'USD'),
    country: some('DE', 'FR'),
    amount: fc.dictionary(
      fc.constantFrom('EUR', 'USD'),
      fc.record({ min: fc.constantFrom('1.00', '5.00'), max: fc.constantFrom('5.00', '9.99') }, { requiredKeys: [] }),
      { minKeys: 1 },
    ),
    merchant: some('mer_1', 'mer_2'),
    metadata: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2')),
  },
  { requiredKeys: [] },
)

const payment: fc.Arbitrary<RoutingSubject> = fc
  .record({
    method: fc.constantFrom('card', 'apple_pay', 'redirect'),
    brand: fc.constantFrom(null, 'ideal', 'twint'),
    network: fc.constantFrom(null, 'visa', 'mastercard'),
    bin: fc.constantFrom(null, '424242', '4242424', '42424242', '42424245', '42424399', '555555'),
    currency: fc.constantFrom('EUR', 'USD', 'GBP'),
    country: fc.constantFrom(null, 'DE', 'FR', 'GB'),
    amount: fc.constantFrom(99n, 100n, 499n, 500n, 501n, 999n, 1000n),
    merchant: fc.constantFrom('mer_1', 'mer_2'),
    metadata: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2')),
  })
  .map((fields): RoutingSubject => subject(fields as Partial<RoutingSubject>))
  // Only cards have a network and a BIN; the rules take that for granted.
  .map((one) => (one.method === 'redirect' ? { ...one, network: null, bin: null } : one))

const listed = (given: string | readonly string[] | undefined, value: string | null): boolean =>
  given === undefined || (value !== null && [given].flat().includes(value))

/** Reads a rule as a person would: field by field, with decimal amounts and digits compared one by one. */
const meant = (rule: RuleMatch, one: RoutingSubject): boolean =>
  listed(rule.method, one.method) &&
  listed(rule.brand, one.brand) &&
  listed(rule.network, one.network) &&
  listed(rule.currency, one.currency) &&
  listed(rule.country, one.country) &&
  listed(rule.merchant, one.merchant) &&
  amountMeant(rule, one) &&
  (rule.bin === undefined || everyCard(one.bin).every((card) => cardMeant(rule.bin as readonly string[], card))) &&
  Object.entries(rule.metadata ?? {}).every(([name, value]) => one.metadata[name] === value)

const amountMeant = ({ amount }: RuleMatch, one: RoutingSubject): boolean => {
  if (amount === undefined) return true
  const range = amount[one.currency]
  const units = Number(one.amount) / 100
  return range !== undefined && units >= Number(range.min ?? '0') && units <= Number(range.max ?? 'Infinity')
}

/** The 8-digit prefixes that a known prefix may stand for; of an unknown card, one that nobody means. */
const everyCard = (bin: string | null): readonly string[] => {
  if (bin === null) return ['none']
  if (bin.length === 8) return [bin]
  return [...'0123456789'].flatMap((digit) => everyCard(bin + digit))
}

const cardMeant = (ranges: readonly string[], card: string): boolean =>
  ranges.some((range) => {
    const [first = '', last = first] = range.split('-')
    const digits = card.slice(0, first.length)
    return digits >= first && digits <= last
  })

const compiled = (given: RuleMatch) => {
  const [rule] = routingSchema.parse({ rules: [{ id: 'r', match: given }] }).rules
  return rule === undefined ? undefined : conditionOf(rule.match)
}

const valid = match.filter(
  ({ amount }) => !Object.values(amount ?? {}).some(({ min = '0', max = '99' }) => Number(min) > Number(max)),
)

test('a rule means the payments that a reader of it would say', () => {
  fc.assert(
    fc.property(valid, payment, (given, one) => {
      const condition = compiled(given)
      expect(condition !== undefined && matches(condition, one, spanOf(one.bin))).toBe(meant(given, one))
    }),
    { numRuns: 2_000 },
  )
})

test('a rule that covers another means every payment that the other means', () => {
  fc.assert(
    fc.property(valid, valid, fc.array(payment, { minLength: 5, maxLength: 20 }), (wide, narrow, payments) => {
      const outer = compiled(wide)
      const inner = compiled({ ...wide, ...narrow })
      if (outer === undefined || inner === undefined || !covers(outer, inner)) return
      for (const one of payments) {
        const span = spanOf(one.bin)
        if (matches(inner, one, span)) expect(matches(outer, one, span)).toBe(true)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('the first rule that matches decides', () => {
  const lists = fc.array(valid, { minLength: 1, maxLength: 6 })
  let decided = 0
  fc.assert(
    fc.property(lists, fc.array(payment, { minLength: 5, maxLength: 10 }), (given, payments) => {
      const rules = given.map((one, at): RoutingRule => ({ id: `r${at}`, match: one }))
      const router = routerOf(rules)
      if (router === undefined) return
      for (const one of payments) {
        const { rule } = router.plan(one, { at: 1 })
        expect(rule).toBe(rules.find((candidate) => meant(candidate.match ?? {}, one))?.id ?? null)
        if (rule !== null) decided++
      }
    }),
    { numRuns: 1_000 },
  )
  expect(decided).toBeGreaterThan(200)
})

/** Undefined for a list that is refused: shadowed or contradictory ones are tested elsewhere. */
const routerOf = (rules: readonly RoutingRule[]) => {
  try {
    return createRouter(alike('a', 'b'), { rules })
  } catch {
    return undefined
  }
}
