import { describe, expect, test } from 'vitest'
import type { StatementLine } from '../statements/index.ts'
import { type Candidate, type Candidates, candidateFor, isBooked, settlesOf } from './match.ts'

const DAY_MS = 86_400_000
const NOTHING = { attempt: null, gatewayId: null, parentGatewayId: null, batch: null, endToEnd: null }

const line = (set: Partial<StatementLine> = {}): StatementLine => ({
  is: 'line',
  line: 1,
  id: 'l',
  kind: 'capture',
  currency: 'EUR',
  gross: 100n,
  fee: 0n,
  net: 100n,
  presentment: null,
  references: NOTHING,
  occurredAt: DAY_MS,
  valueAt: DAY_MS,
  text: '',
  ...set,
})

const attempt = (id: string, set: Partial<Candidate> = {}): Candidate => ({
  merchant: 'm',
  payment: 'pay_1',
  id: `att_${id}`,
  kind: 'sale',
  gateway: 'g',
  account: 'a',
  amount: 100n,
  currency: 'EUR',
  parent: null,
  state: 'applied',
  gatewayId: null,
  applied: null,
  createdAt: DAY_MS,
  ...set,
})

const known = (all: readonly Candidate[], set: Partial<Candidates> = {}): Candidates => ({
  byId: new Map(all.map((one) => [one.id, one])),
  byGatewayId: Map.groupBy(
    all.filter(({ gatewayId }) => gatewayId !== null),
    ({ gatewayId }) => gatewayId ?? '',
  ),
  byPayment: Map.groupBy(all, ({ payment }) => payment),
  settled: new Set(),
  near: [],
  disputes: new Map(),
  ...set,
})

const find = (of: StatementLine, all: Candidates, taken: readonly string[] = [], days = 3): string | null =>
  candidateFor(of, all, new Set(taken), days)?.id ?? null

describe('what a line is about', () => {
  test('our reference goes before the gateway’s id', () => {
    const all = known([attempt('a'), attempt('b', { gatewayId: 'x' })])
    expect(find(line({ references: { ...NOTHING, attempt: 'att_a', gatewayId: 'x' } }), all)).toBe('att_a')
    expect(find(line({ references: { ...NOTHING, attempt: 'att_none', gatewayId: 'x' } }), all)).toBe('att_b')
  })

  test('a reference of the wrong kind names the charge, and what was done to it is looked for', () => {
    const charge = attempt('c', { kind: 'authorize', gatewayId: 'ch' })
    const [taken, other] = [
      attempt('k', { kind: 'capture', parent: 'att_c', amount: 40n }),
      attempt('r', { kind: 'refund', parent: 'att_c' }),
    ]
    const all = known([charge, taken, other])
    expect(find(line({ references: { ...NOTHING, attempt: 'att_c' } }), all)).toBe('att_k') // the only one, whatever its amount
    const refund = line({ kind: 'refund', gross: -100n, references: { ...NOTHING, parentGatewayId: 'ch' } })
    expect(find(refund, all)).toBe('att_r')
    expect(find({ ...refund, gross: -99n }, all)).toBe(null)
  })

  test('what the gateway calls by another name is not the same, whatever its amount', () => {
    const charge = attempt('c', { kind: 'authorize', gatewayId: 'ch' })
    const taken = attempt('k', { kind: 'capture', parent: 'att_c', gatewayId: 'cap_1' })
    const named = (gatewayId: string | null, gross = 100n) =>
      line({ gross, references: { ...NOTHING, attempt: 'att_c', gatewayId } })
    const all = known([charge, taken])
    expect([find(named('cap_2'), all), find(named('cap_2', 40n), all)]).toEqual([null, null])
    expect([find(named('cap_1'), all), find(named('ch'), all), find(named(null), all)]).toEqual([
      'att_k',
      'att_k',
      'att_k',
    ])
    const nameless = known([charge, { ...taken, gatewayId: null }])
    expect(find(named('cap_2'), nameless)).toBe('att_k')
  })

  test('what was refused is meant only by its own reference', () => {
    const refused = attempt('k', { kind: 'capture', parent: 'att_c', state: 'rejected' })
    const all = known([attempt('c', { kind: 'authorize', gatewayId: 'ch' }), refused])
    const naming = (attempt: string) => find(line({ references: { ...NOTHING, attempt, gatewayId: 'cap_1' } }), all)
    expect([naming('att_c'), naming('att_k')]).toEqual([null, 'att_k'])
  })

  test('another amount is meant only where the one capture there is has taken effect', () => {
    const found = (state: Candidate['state'], gross: bigint) => {
      const capture = attempt('k', { kind: 'capture', parent: 'att_c', state })
      const all = known([attempt('c', { kind: 'authorize', gatewayId: 'ch' }), capture])
      return find(line({ gross, references: { ...NOTHING, attempt: 'att_c', gatewayId: 'cap_1' } }), all)
    }
    expect([found('applied', 99n), found('unknown', 99n), found('unknown', 100n)]).toEqual(['att_k', null, 'att_k'])
  })

  test('of several alike each line takes one that is free', () => {
    const charge = attempt('c', { gatewayId: 'ch' })
    const [one, two] = ['1', '2'].map((id) => attempt(id, { kind: 'refund', parent: 'att_c' }))
    const all = known([charge, one, two].filter((each) => each !== undefined))
    const refund = line({ kind: 'refund', gross: -100n, references: { ...NOTHING, parentGatewayId: 'ch' } })
    expect(find(refund, all)).toBe('att_1')
    expect(find(refund, all, ['att_1/done'])).toBe('att_2')
    expect(find(refund, { ...all, settled: new Set(['att_1/done']) })).toBe('att_2')
    expect(find(refund, all, ['att_1/done', 'att_2/done'])).toBe('att_1') // both are settled: a duplicate of one of them
  })

  test('without a reference only one of that amount, currency and time will do', () => {
    const near = [attempt('n'), attempt('other', { amount: 7n })]
    expect(find(line(), known([], { near }))).toBe('att_n')
    expect(find(line(), known([], { near: [...near, attempt('twin')] }))).toBe(null)
    expect(find(line({ currency: 'USD' }), known([], { near }))).toBe(null)
    expect(find(line({ occurredAt: 9 * DAY_MS }), known([], { near }))).toBe(null)
    expect(find(line({ references: { ...NOTHING, gatewayId: 'unknown' } }), known([], { near }))).toBe(null)
  })

  test('a line about no buyer is about no attempt', () => {
    for (const kind of ['fee', 'payout', 'transfer', 'adjustment', 'bank_credit'] as const)
      expect(find(line({ kind, references: { ...NOTHING, attempt: 'att_a' } }), known([attempt('a')]))).toBe(null)
  })

  test('an act, its undoing, and each dispute are settled once each', () => {
    const of = (kind: StatementLine['kind'], id = 'l') => settlesOf(line({ kind, id }), 'att_a')
    expect([of('capture'), of('capture_undone'), of('refund'), of('refund_undone')]).toEqual([
      'att_a/done',
      'att_a/undone',
      'att_a/done',
      'att_a/undone',
    ])
    expect(of('dispute', 'd1')).not.toBe(of('dispute', 'd2'))
  })

  test('the books have it only where it took effect, or was taken back, or is known to be nobody’s', () => {
    const booked = (kind: StatementLine['kind'], state: Candidate['state'], applied: bigint | null = null) =>
      isBooked(line({ kind }), attempt('a', { state, applied }), known([]))
    expect([booked('capture', 'applied'), booked('capture', 'undone'), booked('capture', 'unknown')]).toEqual([
      true,
      true,
      false,
    ])
    expect([booked('capture', 'abandoned'), booked('capture', 'abandoned', 5n)]).toEqual([false, true])
    expect([booked('refund_undone', 'applied'), booked('refund_undone', 'undone')]).toEqual([false, true])
    // A sale that was left behind, and taken back by the gateway itself.
    expect([booked('capture_undone', 'reversed'), booked('capture_undone', 'reversed', 5n)]).toEqual([false, true])
  })

  test('a dispute is in the books where its own flow has the money that the line tells of', () => {
    const told = { merchant: 'mer_1', id: 'dis_1', currency: 'EUR', told: { withdrawn: 5 } }
    const all = known([attempt('a')], { disputes: new Map([['dp', told]]) })
    const of = (kind: StatementLine['kind'], gatewayId: string | null) =>
      isBooked(line({ kind, references: { ...NOTHING, gatewayId } }), attempt('a'), all)
    expect([of('dispute', 'dp'), of('dispute_won', 'dp'), of('dispute', 'dp_2'), of('dispute', null)]).toEqual([
      true,
      false,
      false,
      false,
    ])
  })
})
