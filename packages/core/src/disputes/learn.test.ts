import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DISPUTE_REPORTS, DISPUTE_STAGES, type DisputeFact } from '../gateways/index.ts'
import { learn, learnOfAct, stateOf } from './learn.ts'
import { DISPUTE } from './machine.ts'
import { disputeStateOf, positionOf } from './position.ts'
import { disputePostings } from './postings.ts'
import type { DisputeRow } from './records.ts'

const ROW: DisputeRow = {
  ...{
    merchant: 'mer_1',
    id: 'dis_1',
    payment: 'pay_1',
    attempt: 'att_1',
    gateway: 'g',
    account: 'a',
    reference: 'dp_1',
  },
  ...{ currency: 'EUR', owners: [[null, '1']], createdAt: 0, state: 'opened', stage: 'chargeback', report: 'opened' },
  ...{ reportStage: 'chargeback', amount: 1_000n, reason: { code: null, text: null }, network: null },
  ...{ evidenceDueAt: null, withdrawn: null, reinstated: null, told: {}, foreign: false, taken: 0n, withheld: 0n },
  ...{ lost: 0n, gatewayFee: 0n, merchantFee: 0n, act: null, updatedAt: 0, version: 0 },
}

const fact = (report: DisputeFact['report'], more: Partial<DisputeFact> = {}): DisputeFact => ({
  ...{ dispute: 'dp_1', report, stage: 'chargeback', attempt: null, charge: null, amount: null, currency: null },
  ...{ fee: null, reason: null, network: null, evidenceDueAt: null, occurredAt: null, ...more },
})

/** As it is after reports, each told at its own instant. */
const after = (...told: readonly (readonly [at: number, fact: DisputeFact])[]): DisputeRow =>
  told.reduce((row, [at, one]) => learn(row, one, at), ROW)

const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 2 })
const anyFact = fc.record({
  report: fc.constantFrom(...DISPUTE_REPORTS),
  stage: fc.constantFrom(...DISPUTE_STAGES),
  amount: nullable(fc.bigInt(1n, 2_000n)),
  fee: nullable(fc.bigInt(0n, 20n)),
  network: nullable(fc.constantFrom('visa', 'mastercard')),
  evidenceDueAt: nullable(fc.integer({ min: 1, max: 9 })),
})

describe('reports', () => {
  test('end in the same dispute in whatever order and however often they come', () => {
    const life = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 12 }), anyFact), {
      minLength: 1,
      maxLength: 7,
      selector: ([at, { report, stage }]) => `${at}/${report}/${stage}`, // two words of one instant about one thing are one report
    })
    const two = life.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2, maxLength: all.length * 2 }),
      ),
    )
    fc.assert(
      fc.property(two, ([ordered, shuffled]) => {
        const told = (all: typeof ordered) => after(...all.map(([at, one]) => [at, fact(one.report, one)] as const))
        expect(told(shuffled)).toEqual(told(ordered))
      }),
      { numRuns: 2_000, seed: 1 },
    )
  })

  test('that say nothing new leave the very same row', () => {
    const once = after([5, fact('opened', { amount: 700n })], [6, fact('withdrawn', { amount: 700n })])
    expect(learn(once, fact('opened', { amount: 700n }), 5)).toBe(once)
    expect(learn(once, fact('withdrawn', { amount: 900n }), 4)).toBe(once)
  })

  test('lead from any state to any other, but for what was given up or has a deadline', () => {
    const due = { evidenceDueAt: 9 }
    const words: readonly DisputeFact[] = [
      ...DISPUTE_STAGES.flatMap((stage) => [fact('opened', { stage }), fact('opened', { stage, ...due })]),
      ...(['under_review', 'won', 'lost', 'accepted', 'expired'] as const).map((report) => fact(report)),
    ]
    const made = new Set<string>()
    for (const first of words)
      for (const second of words)
        for (const third of words) {
          const [a, b, c] = [
            after([1, first]),
            after([1, first], [2, second]),
            after([1, first], [2, second], [3, third]),
          ]
          made.add(`${a.state} ${b.state}`).add(`${b.state} ${c.state}`)
        }
    const possible = Object.entries(DISPUTE).flatMap(([from, moves]) =>
      Object.values(moves).map((to) => `${from} ${to}`),
    )
    const moves = [...made].filter((move) => new Set(move.split(' ')).size === 2)
    expect(moves.sort()).toEqual([...possible].sort())
  })

  test('of acceptance are not called lost by what follows', () => {
    expect(after([1, fact('accepted')], [2, fact('lost')]).state).toBe('accepted')
    expect(after([2, fact('lost')], [1, fact('accepted')]).state).toBe('accepted')
    expect(after([1, fact('expired')]).state).toBe('lost')
  })

  test('of money that is taken again after a win open it anew', () => {
    const row = after([1, fact('won')], [2, fact('withdrawn')])
    expect(row.state).toBe('opened')
    expect(after([2, fact('withdrawn')], [1, fact('won')]).state).toBe('opened')
    const next = after([1, fact('under_review')], [2, fact('withdrawn', { stage: 'pre_arbitration' })])
    expect(next.state).toBe('pre_arbitration')
  })
})

describe('our own acts', () => {
  test('hold over what was told before, whatever the gateway’s clock', () => {
    const row = after([1_000_000, fact('opened', { evidenceDueAt: 9 })])
    expect(learnOfAct(row, 'submit_evidence', 5).state).toBe('evidence_submitted')
    expect(learnOfAct(row, 'accept_dispute', 5).state).toBe('accepted')
    expect(learn(learnOfAct(row, 'submit_evidence', 5), fact('won'), 1_000_002).state).toBe('won')
  })
})

test('what the bank decides holds over our act, also where the gateway’s clock is behind ours', () => {
  const row = after([1_000, fact('opened', { evidenceDueAt: 9 })])
  const sent = learnOfAct(row, 'submit_evidence', 500_000)
  expect(learn(sent, fact('won'), 2_000).state).toBe('won')
  expect(learn(sent, fact('won'), 1_000).state).toBe('won') // within the second that it was opened in
  expect(learn(learn(sent, fact('lost'), 3_000), fact('won'), 2_000).state).toBe('lost')
  expect(learn(sent, fact('opened'), 2_000).state).toBe('evidence_submitted') // said before the evidence was there
  expect(learn(sent, fact('won'), 999).state).toBe('evidence_submitted') // of a round before
})

describe('money', () => {
  const cases = [
    ['nothing, of a question', [[1, fact('opened', { stage: 'inquiry' })]], [0n, 0n, 0n]],
    ['frozen from the chargeback on', [[1, fact('opened')]], [1_000n, 0n, 0n]],
    ['what the gateway took, where it says so', [[1, fact('withdrawn', { amount: 900n })]], [900n, 900n, 0n]],
    [
      'nothing once it came back',
      [
        [1, fact('withdrawn')],
        [2, fact('reinstated')],
      ],
      [0n, 0n, 0n],
    ],
    [
      'the rest of it, where a part came back',
      [
        [1, fact('withdrawn')],
        [2, fact('reinstated', { amount: 600n })],
      ],
      [400n, 400n, 0n],
    ],
    [
      'nothing of a dispute that was won',
      [
        [1, fact('withdrawn')],
        [2, fact('won')],
      ],
      [0n, 0n, 0n],
    ],
    [
      'what was kept of one that was won in part',
      [
        [1, fact('withdrawn')],
        [2, fact('won')],
        [3, fact('reinstated', { amount: 600n })],
      ],
      [400n, 400n, 400n],
    ],
    [
      'all of one that was lost',
      [
        [1, fact('withdrawn')],
        [2, fact('lost')],
      ],
      [1_000n, 1_000n, 1_000n],
    ],
    ['frozen still, where it is lost and nobody says that it is gone', [[2, fact('lost')]], [1_000n, 0n, 0n]],
    ['nothing of a lost question', [[2, fact('lost', { stage: 'inquiry' })]], [0n, 0n, 0n]],
    [
      'what is taken anew',
      [
        [1, fact('withdrawn')],
        [2, fact('reinstated')],
        [3, fact('withdrawn')],
      ],
      [1_000n, 1_000n, 0n],
    ],
  ] as const
  test.each(cases)('is %s', (_, told, [taken, withheld, lost]) => {
    expect(positionOf(after(...told))).toEqual({ taken, withheld, lost })
  })

  test('in another currency than the payment’s is never booked', () => {
    const row = { ...after([1, fact('withdrawn')]), foreign: true }
    expect(positionOf(row)).toEqual({ taken: 0n, withheld: 0n, lost: 0n })
  })

  test('that goes and comes in any steps is, account by account, what the last position says', () => {
    const owners = [
      ['ann', '3'],
      ['bob', '7'],
      ['cem', '0'],
    ] as const
    const row: DisputeRow = { ...ROW, owners }
    const position = fc.record({ taken: fc.bigInt(0n, 99n), withheld: fc.bigInt(0n, 99n), lost: fc.bigInt(0n, 99n) })
    const sums = (steps: readonly { taken: bigint; withheld: bigint; lost: bigint }[]): Map<string, bigint> => {
      const found = new Map<string, bigint>()
      let before = { taken: 0n, withheld: 0n, lost: 0n }
      for (const step of steps) {
        for (const { debit, credit, amount } of disputePostings(row, before, step)) {
          expect(amount).toBeGreaterThan(0n)
          found.set(debit.account, (found.get(debit.account) ?? 0n) + amount)
          found.set(credit.account, (found.get(credit.account) ?? 0n) - amount)
        }
        before = step
      }
      return new Map([...found].filter(([, sum]) => sum !== 0n).sort())
    }
    fc.assert(
      fc.property(fc.array(position, { minLength: 1, maxLength: 6 }), (steps) => {
        expect(sums(steps)).toEqual(sums(steps.slice(-1)))
      }),
      { seed: 1 },
    )
  })

  test('of a charge that counts for nobody comes out of suspense', () => {
    const postings = disputePostings(
      { ...ROW, owners: [] },
      { taken: 0n, withheld: 0n, lost: 0n },
      { taken: 5n, withheld: 0n, lost: 0n },
    )
    expect(postings).toMatchObject([{ debit: { account: 'suspense/EUR' }, credit: { account: 'merchant/frozen/EUR' } }])
  })
})

test('a payment says of its disputes first what somebody has to act on', () => {
  const is = (state: DisputeRow['state'], stage: DisputeRow['stage'] = 'chargeback') => ({ state, stage })
  expect(disputeStateOf([])).toBe('none')
  expect(disputeStateOf([is('won')])).toBe('won')
  expect(disputeStateOf([is('won'), is('accepted')])).toBe('lost')
  expect(disputeStateOf([is('lost'), is('inquiry', 'inquiry')])).toBe('inquiry')
  expect(disputeStateOf([is('inquiry', 'inquiry'), is('evidence_submitted'), is('lost')])).toBe('open')
  expect(stateOf({ ...ROW, stage: 'inquiry', reportStage: 'inquiry' })).toBe('inquiry')
})
