import type { FeeSchedule } from '@florin/core'
import type { Storage } from '@florin/core/storage'
import { describe, expect, test } from 'vitest'
import { audit } from '../audit.ts'
import { rows } from '../rows.ts'
import { card, type World, world } from '../world.ts'

/*
 * Where a change of fees can break, and what is right:
 *   before its commit                        nothing changed; the caller repeats the call
 *   the commit's acknowledgement is lost     the same call again gives the version that it made
 *   two servers change the same version      one wins, the other is told of it
 *   a server does not know of a change yet   the change is announced for longer than a server goes on with what it knows
 *   the storage cannot be read for a while   captures go on with what is known; later the answer waits and is recorded by recovery
 */

const simple = (percent: string): FeeSchedule => ({ rules: [{ name: `p${percent}`, percent }] })

const capturedOf = async (w: World, id: string): Promise<Record<string, unknown>> => {
  const { entries } = await w.run(w.florin.payments.timeline(id))
  return entries.find((entry) => entry.type === 'payment.captured')?.data ?? {}
}

const feeOf = async (w: World): Promise<unknown> => (await capturedOf(w, (await w.pay()).id)).fee

describe('a fee schedule', () => {
  test('decides the fee of captures from its date on, and its rule is named in ledger and event', async () => {
    const w = await world()
    const first = await w.run(w.florin.fees.set(simple('2.0'), { expect: 0, by: 'ann' }))
    expect(first).toMatchObject({ version: 1, by: 'ann', effectiveFrom: first.createdAt })
    const { id } = await w.pay()
    expect(await capturedOf(w, id)).toMatchObject({ fee: '2.00', feeRule: 'p2.0', feeSchedule: 1 })
    const booked = await rows<{ type: string; metadata: unknown }>(w.inner, 'ledger_transactions')
    expect(booked.find((one) => one.type === 'capture')?.metadata).toEqual({ feeRule: 'p2.0', feeSchedule: '1' })
    expect(await w.run(w.florin.fees.of(id))).toMatchObject({
      fee: '2.00',
      bookings: [{ type: 'capture', fee: '2.00', rule: 'p2.0', schedule: 1 }],
    })
    await audit(w)
  })

  test('counts from the announced instant on, by the instant of the capture, and the history stays', async () => {
    const w = await world()
    await w.run(w.florin.fees.set(simple('2.0'), { expect: 0 }))
    const change = await w.run(w.florin.fees.set(simple('3.0'), { expect: 1 }))
    expect(Date.parse(change.effectiveFrom) - Date.parse(change.createdAt)).toBe(300_000)
    await w.advance(299_000)
    expect(await feeOf(w)).toBe('2.00')
    await w.advance(1_000)
    expect(await feeOf(w)).toBe('3.00')
    expect(await w.run(w.florin.fees.get())).toMatchObject({ version: 2 })
    expect(await w.run(w.florin.fees.get(1))).toMatchObject({ version: 1, schedule: simple('2.0') })
    const page = await w.run(w.florin.fees.list({ limit: 1 }))
    expect(page.data.map((one) => one.version)).toEqual([2])
    const { data, next } = await w.run(w.florin.fees.list({ after: page.next ?? '' }))
    expect(data.map((one) => one.version)).toEqual([1])
    expect(next).toBeUndefined()
  })

  test('takes the place of the simple fee of the options, which names its rule too', async () => {
    const w = await world({ options: { merchants: { mer_default: { fee: { basisPoints: 100 } } } } })
    expect(await capturedOf(w, (await w.pay()).id)).toMatchObject({ fee: '1.00', feeRule: 'configured' })
    await w.run(w.florin.fees.set(simple('2.0'), { expect: 0 }))
    expect(await feeOf(w)).toBe('2.00')
  })

  test('that is not announced long enough is refused, and one in the past', async () => {
    const w = await world()
    const at = (ms: number): string => new Date(w.runtime.clock.now() + ms).toISOString()
    const past = w.florin.fees.set(simple('2.0'), { expect: 0, effectiveFrom: at(-1_000) })
    expect(await w.refusal(past)).toMatchObject({ code: 'invalid_request', details: { path: 'effectiveFrom' } })
    await w.run(w.florin.fees.set(simple('2.0'), { expect: 0, effectiveFrom: at(0) }))
    const soon = w.florin.fees.set(simple('3.0'), { expect: 1, effectiveFrom: at(299_000) })
    expect(await w.refusal(soon)).toMatchObject({ code: 'invalid_request', details: { path: 'effectiveFrom' } })
    expect(await rows(w.inner, 'fee_schedules')).toHaveLength(1)
  })

  test('of another merchant is neither read nor changed', async () => {
    const w = await world()
    await w.run(w.florin.for('mer_a').fees.set(simple('2.0'), { expect: 0 }))
    expect(await w.run(w.florin.for('mer_b').fees.get())).toBeNull()
    expect(await w.refusal(w.florin.for('mer_b').fees.get(1))).toMatchObject({ code: 'not_found' })
    expect(await w.run(w.florin.for('mer_b').fees.set(simple('3.0'), { expect: 0 }))).toMatchObject({ version: 1 })
  })
})

test('a rule may go by where the card was issued, as its gateway tells', async () => {
  const w = await world()
  const rules = [
    { name: 'home', percent: '1', when: { region: 'domestic' } },
    { name: 'america', percent: '2', when: { region: 'america' } },
    { name: 'else', percent: '3' },
  ]
  await w.run(w.florin.fees.set({ country: 'DE', regions: { america: ['US', 'CA'] }, rules }, { expect: 0 }))
  const ruleOf = async (method: Parameters<World['pay']>[0]): Promise<unknown> =>
    (await capturedOf(w, (await w.pay(method)).id)).feeRule
  expect(await ruleOf({ method: card('tok_approve_mastercard') })).toBe('home')
  expect(await ruleOf({ method: card('tok_approve') })).toBe('america')
  expect(await ruleOf({ method: { type: 'redirect', token: 'tok_approve' } })).toBe('else')
})

describe('a change of fees', () => {
  test('repeated as it was gives what it made; another one under the same version is refused', async () => {
    const w = await world()
    const made = await w.run(w.florin.fees.set(simple('2.0'), { expect: 0 }))
    expect(await w.run(w.florin.fees.set(simple('2.0'), { expect: 0 }))).toEqual(made)
    const other = w.florin.fees.set(simple('3.0'), { expect: 0 })
    expect(await w.refusal(other)).toMatchObject({ code: 'conflict', details: { version: 1 } })
    const ahead = w.florin.fees.set(simple('3.0'), { expect: 7 })
    expect(await w.refusal(ahead)).toMatchObject({ code: 'conflict', details: { version: 1 } })
    expect(await rows(w.inner, 'fee_schedules')).toHaveLength(1)
  })

  test('by two servers at once is won by one of them', async () => {
    const w = await world()
    const other = await w.another()
    const both = await w.run(
      Promise.allSettled([
        w.florin.fees.set(simple('2.0'), { expect: 0 }),
        other.fees.set(simple('3.0'), { expect: 0 }),
      ]),
    )
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    const lost = both.find((one) => one.status === 'rejected')
    expect(lost).toMatchObject({ reason: { code: 'conflict' } })
    expect(await rows(w.inner, 'fee_schedules')).toHaveLength(1)
  })

  test('whose commit was not acknowledged is made once', async () => {
    let lose = false
    const storage = (inner: Storage): Storage => ({
      ...bound(inner),
      commit: async (batch) => {
        const outcome = await inner.commit(batch)
        if (!lose) return outcome
        lose = false
        throw new Error('the connection was lost')
      },
    })
    const w = await world({ storage })
    lose = true
    await w.run(w.florin.fees.set(simple('2.0'), { expect: 0 }).catch(() => undefined))
    expect(await w.run(w.florin.fees.set(simple('2.0'), { expect: 0 }))).toMatchObject({ version: 1 })
    expect(await rows(w.inner, 'fee_schedules')).toHaveLength(1)
  })

  test('by another server counts here on its date, though this one reads nothing when money is captured', async () => {
    let reads = 0
    let broken = false
    const storage = (inner: Storage): Storage => ({
      ...bound(inner),
      find: (table, query) => {
        if (table.name !== 'fee_schedules') return inner.find(table, query)
        reads += 1
        return broken ? Promise.reject(new Error('cannot be read')) : inner.find(table, query)
      },
    })
    const w = await world({ storage, webhooks: true })
    const other = await w.another({ storage: (inner) => inner })
    await w.run(other.fees.set(simple('2.0'), { expect: 0 }))
    expect(await feeOf(w)).toBe('2.00')
    expect(reads).toBe(1)
    await w.run(other.fees.set(simple('3.0'), { expect: 1 }))
    for (let paid = 0; paid < 3; paid++) expect(await feeOf(w)).toBe('2.00')
    expect(reads).toBe(1) // of five captures, within a minute
    await w.advance(61_000)
    expect(await feeOf(w)).toBe('2.00') // with what it knew, while it reads again
    broken = true
    await w.advance(238_000)
    expect(await feeOf(w)).toBe('2.00') // announced, and not yet
    await w.advance(1_500)
    expect(await feeOf(w)).toBe('3.00') // nothing was read since
    await w.advance(300_000)
    const { id } = await w.pay() // nobody knows what counts by now: the answer is recorded once that can be read
    expect((await w.get(id)).status).toBe('processing')
    broken = false
    await w.advance(60_000)
    await w.tick()
    await w.advance(60_000)
    await w.tick()
    expect(await capturedOf(w, id)).toMatchObject({ fee: '3.00' })
    await audit(w)
  })
})

const bound = (inner: Storage): Storage => {
  const all: Record<string, unknown> = {}
  for (const name of [
    'commit',
    'load',
    'find',
    'scan',
    'lease',
    'unsealed',
    'seal',
    'head',
    'migrate',
    'close',
  ] as const)
    all[name] = inner[name].bind(inner)
  return { ...inner, ...all, name: inner.name } as Storage
}

describe('a schedule that cannot decide every capture', () => {
  const refused: readonly (readonly [string, FeeSchedule, string])[] = [
    ['no rule at all', { rules: [] }, 'schedule.rules'],
    ['a last rule with conditions', { rules: [{ name: 'a', percent: '1', when: { method: 'card' } }] }, 'rules.0.when'],
    [
      'a rule after the last word',
      {
        rules: [
          { name: 'a', percent: '1' },
          { name: 'b', percent: '2' },
        ],
      },
      'rules.0.when',
    ],
    [
      'two rules of one name',
      {
        rules: [
          { name: 'a', percent: '1', when: { network: 'visa' } },
          { name: 'a', percent: '2' },
        ],
      },
      'rules.1.name',
    ],
    ['a percentage that is none', { rules: [{ name: 'a', percent: '1,5' }] }, 'rules.0.percent'],
    ['an amount in no currency', { rules: [{ name: 'a', percent: '1', fixed: { EURO: '1' } }] }, 'rules.0.fixed'],
    ['more decimals than there are', { rules: [{ name: 'a', percent: '1', fixed: { JPY: '1.5' } }] }, 'rules.0.fixed'],
    [
      'a minimum above the maximum',
      { rules: [{ name: 'a', percent: '1', minimum: { EUR: '2' }, maximum: { EUR: '1' } }] },
      'rules.0.minimum.EUR',
    ],
    [
      'a region that is not there',
      {
        rules: [
          { name: 'a', percent: '1', when: { region: 'eea' } },
          { name: 'b', percent: '2' },
        ],
      },
      'rules.0.when.region',
    ],
    [
      'domestic to nowhere',
      {
        rules: [
          { name: 'a', percent: '1', when: { region: 'domestic' } },
          { name: 'b', percent: '2' },
        ],
      },
      'rules.0.when.region',
    ],
  ]
  test.each(refused)('%s', async (_, schedule, path) => {
    const w = await world()
    const error = await w.refusal(w.florin.fees.set(schedule, { expect: 0 }))
    expect(error.code).toBe('invalid_request')
    expect(error.message).toContain(path)
  })

  test('is known by what it was told wrongly: card numbers never come in', async () => {
    const w = await world()
    const schedule = { rules: [{ name: '4242424242424242', percent: '1' }] }
    expect((await w.refusal(w.florin.fees.set(schedule, { expect: 0 }))).message).not.toContain('424242')
    expect((await w.pay({ method: card() })).status).toBe('succeeded')
  })
})
