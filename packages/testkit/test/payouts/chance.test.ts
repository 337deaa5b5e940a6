import { type Florin, isFlorinError } from '@florin/core'
import { SANDBOX_BANK_ACCOUNTS } from '@florin/testkit'
import { expect, test } from 'vitest'
import { payoutReturned, payoutSettled } from '../../../core/src/flows/index.ts'
import { auditAlways } from '../audit.ts'
import { type Dice, dice as diceOf } from '../dice.ts'
import { mortal } from '../mortal.ts'
import { contextOf, type PayoutWorld, payoutWorld } from './payout-world.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const FAULTS = ['refused', 'lost_request', 'lost_answer', 'broken', 'late'] as const
const OPEN = new Set(['approved', 'submitted', 'unknown', 'processing'])

interface Story {
  readonly w: PayoutWorld
  readonly dice: Dice
  /** The servers that live. */
  readonly servers: Florin<'sandbox'>[]
  readonly destinations: readonly string[]
  readonly ordered: Set<string>
}

/** What is refused is refused; anything else that goes wrong is a bug. */
const tried = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work
  } catch (error) {
    if (isFlorinError(error) && error.code !== 'internal') return undefined
    throw error
  }
}

/** The bank's statement as far as it goes, in any order, some lines twice, some not yet. */
const tell = async ({ w, dice }: Story, percent: number): Promise<void> => {
  const lines = w.bank.lines().filter(() => dice.chance(percent))
  for (let from = lines.length - 1; from > 0; from--) {
    const to = dice.below(from + 1)
    lines.splice(to, 1, ...lines.splice(from, 1, ...lines.slice(to, to + 1)))
  }
  for (const { kind, reference, amount, currency, code } of [...lines, ...lines.filter(() => dice.chance(20))]) {
    const fact = { amount: amount < 0n ? -amount : amount, currency, code }
    const says = kind === 'transfer' ? payoutSettled : payoutReturned
    await w.run(says(contextOf(w), reference, fact))
  }
}

/** A server that dies somewhere in its work; another takes its place. */
const die = async ({ w, dice, servers }: Story): Promise<void> => {
  const process = mortal(w.runtime, { call: 1 + dice.below(30), when: dice.chance(50) ? 'before' : 'after' })
  const doomed = await w.another(process.parts)
  process.arm()
  await process.live(doomed.tick())
  servers.push(await w.another())
}

const step = async (story: Story): Promise<void> => {
  const { w, dice, servers, destinations, ordered } = story
  const florin = dice.pick(servers)
  const ids = [...ordered]
  const act = dice.below(9)
  if (act <= 2) {
    const reference = `payout-${dice.below(40)}` // often one that is there
    const amount = `${1 + (Number(reference.slice(7)) % 30)}.00`
    const destination = destinations[Number(reference.slice(7)) % destinations.length] ?? ''
    const order = { reference, amount, currency: 'EUR', destination }
    const both = dice.chance(30) ? [florin, dice.pick(servers)] : [florin]
    const made = await w.run(Promise.all(both.map((one) => tried(one.payouts.create(order)))))
    for (const one of made) if (one !== undefined) ordered.add(one.id)
  } else if (act === 3 && ids.length > 0) {
    await w.run(tried(florin.payouts.cancel(dice.pick(ids))))
  } else if (act === 4 && ids.length > 0) {
    await w.run(tried(florin.payouts.approve(dice.pick(ids), { by: 'ada' })))
  } else if (act === 5) w.rail.fail({ how: dice.pick(FAULTS), times: 1 + dice.below(4) })
  else if (act === 6) await die(story)
  else if (act === 7) await tell(story, 40)
  await w.run(Promise.all(servers.slice(-3).map((one) => one.tick())))
  await w.advance(dice.pick([1_000, 10_000, 3 * MINUTE_MS, 60 * MINUTE_MS]))
}

/** No more faults; time passes until nothing is on its way. */
const heal = async (story: Story): Promise<void> => {
  const { w, servers } = story
  const last = servers.at(-1) as Florin<'sandbox'>
  w.rail.clearFaults()
  for (let wait = MINUTE_MS; wait < 4 * DAY_MS; wait *= 2) {
    await w.run(last.tick())
    await w.advance(wait)
  }
}

/** What the bank did is what the payouts say, and what the ledger has: to the cent, and once. */
const judge = async ({ w, servers, ordered }: Story): Promise<void> => {
  const florin = servers.at(-1) as Florin<'sandbox'>
  const transfers = w.bank.transfers()
  expect(new Set(transfers.map((one) => one.reference)).size).toBe(transfers.length)
  const byReference = new Map(transfers.map((one) => [one.reference, one.state]))
  const said = { executed: 'paid', returned: 'returned', failed: 'failed', accepted: 'processing' } as const
  for (const id of ordered) {
    const { status } = await w.run(florin.payouts.get(id))
    const at = byReference.get(id)
    if (at === undefined) expect(['created', 'failed', 'canceled']).toContain(status)
    else expect([id, status]).toEqual([id, said[at]])
    expect(OPEN.has(status)).toBe(false)
  }
  // Nobody believed of a transfer that it had failed while the bank had it.
  const { events } = await w.run(florin.events.read({ partition: 0, position: 0 }, { limit: 1_000 }))
  for (const { subject, type } of events) {
    if (type === 'payout.failed') expect([subject, byReference.get(subject) ?? 'failed']).toEqual([subject, 'failed'])
  }
  const left = w.bank.lines().reduce((sum, line) => sum + line.amount, 0n)
  const books = await w.balances()
  const held = Math.round(Number(books['bank/sandbox/EUR'] ?? '0') * 100)
  expect(BigInt(held)).toBe(left)
  await auditAlways({ ...w, florin })
}

test.each(Array.from({ length: 24 }, (_, seed) => seed + 1))(
  'whatever goes wrong, the bank pays once what the books say, and no more: %i',
  async (seed) => {
    const w = await payoutWorld({ seed, lookup: true, approveFrom: { EUR: '25.00' } })
    await w.fund(30_000n)
    const { pays, bounces, delays, fails, rejects } = SANDBOX_BANK_ACCOUNTS
    const destinations: string[] = []
    for (const iban of [pays, pays, bounces, delays, fails, rejects]) destinations.push(await w.destination(iban))
    const servers = [w.florin, await w.another()]
    const story: Story = { w, dice: diceOf(seed), servers, destinations, ordered: new Set() }
    for (let turn = 0; turn < 40; turn++) await step(story)
    await heal(story)
    await judge(story) // what was asked about is enough
    await tell(story, 100)
    await judge(story)
    expect(story.ordered.size).toBeGreaterThan(3)
  },
)
