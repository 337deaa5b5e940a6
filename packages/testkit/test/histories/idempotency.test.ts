import type { Florin } from '@florin/core'
import { FlorinError } from '@florin/core'
import type { Storage } from '@florin/core/storage'
import { describe, expect, test } from 'vitest'
import { audit, recover } from '../audit.ts'
import { type Dice, dice } from '../dice.ts'
import { mortal } from '../mortal.ts'
import { card, order, type World, world } from '../world.ts'
import { type Asked, KEY, type Told } from './idempotency-model.ts'
import { type Call, linearize } from './linearizable.ts'
import { createRecorder } from './recorder.ts'

const KEYS = ['k1', 'k2', 'k3'] as const
const CALLS = 24
const SEEDS = Math.ceil(25 * Number(process.env.FUZZ_RUNS ?? 1))

type Raw = Florin<'sandbox'>['raw']
type Act = (raw: Raw, key: string, fingerprint: string, whenInFlight: 'wait' | 'conflict') => Promise<string>

/** Refuses some calls of the storage; nothing happens then. */
const failing =
  (roll: Dice, healed: () => boolean) =>
  (inner: Storage): Storage => {
    const fails = async (): Promise<void> => {
      if (!healed() && roll.chance(8)) throw new FlorinError('storage_unavailable', 'by plan; nothing happened')
    }
    return {
      ...inner,
      commit: async (batch) => {
        await fails()
        return inner.commit(batch)
      },
      load: async (table, keys) => {
        await fails()
        return inner.load(table, keys)
      },
    }
  }

const FAULTS = [
  'drop_before',
  'drop_after',
  'error_500_after',
  'error_500_cached',
  'slow',
  'cut_body',
  'rate_limit',
] as const

/** Several servers, of which one dies; callers who repeat themselves, and some who mean something else by the same key. */
const play = async (seed: number, prepare: (w: World) => Promise<Act>) => {
  const roll = dice(seed)
  let healed = false
  const w = await world({ seed })
  const act = await prepare(w)
  const dying = mortal(w.runtime, { call: 1 + roll.below(30), when: roll.pick(['before', 'after']) })
  const flaky = { storage: failing(roll, () => healed) }
  const florins = [w.florin, await w.another(flaky), await w.another(flaky), await w.another(dying.parts)]
  dying.arm()
  const recorder = createRecorder()
  const call = (florin: Florin<'sandbox'>, key: string, fingerprint: string): Promise<void> => {
    const whenInFlight = roll.pick(['wait', 'conflict'] as const)
    return recorder.record(key, fingerprint, () => act(florin.raw, key, fingerprint, whenInFlight))
  }
  for (let n = 0; n < CALLS; n++) {
    if (roll.chance(25)) w.acquirer.fail({ how: roll.pick(FAULTS), ms: roll.pick([200, 12_000]) })
    const fingerprint = roll.chance(85) ? 'usual' : 'other'
    void call(roll.pick(florins), roll.pick(KEYS), fingerprint)
    if (roll.chance(50)) await w.advance(roll.pick([0, 1, 30, 400]))
    if (roll.chance(8)) await w.advance(roll.pick([2_000, 11_500]))
    if (roll.chance(15)) await w.advance(1).then(() => w.tick())
  }
  await w.advance(30_000)
  healed = true
  w.acquirer.clearFaults()
  await recover(w)
  for (const key of KEYS) for (const fingerprint of ['usual', 'other']) await w.run(call(w.florin, key, fingerprint))
  return { w, recorder, seed }
}

/** A history for people: one line a call, in the order in which they began. */
const told = (history: readonly Call<Asked, Told>[]): string =>
  history
    .map(({ invoked, returned, input, output }) => {
      if (output?.kind !== 'answer') return `${invoked}–${returned} ${input.fingerprint}: ${JSON.stringify(output)}`
      const { status, captured, refunded } = JSON.parse(output.body) as Record<string, unknown>
      const words = `${status}, captured ${captured}, refunded ${refunded}, ${output.body.length} characters`
      return `${invoked}–${returned} ${input.fingerprint}: ${output.payment} ${words}, ${output.definitive ? 'definitive' : 'open'}`
    })
    .join('\n')

const expectLinear = async ({ w, recorder, seed }: Awaited<ReturnType<typeof play>>): Promise<Map<string, number>> => {
  const kinds = new Map<string, number>()
  expect(recorder.wrong).toEqual([])
  for (const key of KEYS) {
    const history = recorder.history(key)
    for (const { output } of history) {
      const kind = output?.kind ?? 'lost'
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }
    if (linearize(KEY, history) === null)
      throw new Error(`no order explains the history of ${key} (seed ${seed}):\n${told(history)}`)
  }
  await audit(w)
  return kinds
}

const creating = async (): Promise<Act> => (raw, key, fingerprint, whenInFlight) => {
  const amount = fingerprint === 'usual' ? '100.00' : '200.00'
  const token = key === 'k3' ? 'tok_insufficient_funds' : 'tok_approve'
  const input = order({ reference: `order-of-${key}`, amount, method: card(token) })
  return raw.create(input, { idempotencyKey: key, whenInFlight })
}

const refunding = async (w: World): Promise<Act> => {
  const { id } = await w.pay()
  return (raw, key, fingerprint, whenInFlight) =>
    raw.refund(id, { amount: fingerprint === 'usual' ? '3.00' : '7.00' }, { idempotencyKey: key, whenInFlight })
}

describe('an idempotency key behaves as if its callers came one after the other', () => {
  const seen = new Map<string, number>()
  const count = (kinds: Map<string, number>): void => {
    for (const [kind, times] of kinds) seen.set(kind, (seen.get(kind) ?? 0) + times)
  }

  test('whoever creates, through whichever server, whatever breaks', async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const played = await play(seed, creating)
      count(await expectLinear(played))
      const { charges } = played.w.acquirer.books()
      expect(charges.filter(({ captured }) => captured > 0n).length).toBeLessThanOrEqual(KEYS.length)
    }
  }, 120_000)

  test('whoever refunds, through whichever server, whatever breaks', async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const played = await play(1_000 + seed, refunding)
      count(await expectLinear(played))
      const [charge] = played.w.acquirer.books().charges
      expect(charge?.refunded).toBeLessThanOrEqual(BigInt(KEYS.length) * 700n)
    }
  }, 120_000)

  test('and the check would see it: servers that do not share their keys are found out at once', async () => {
    const servers: Raw[] = []
    const apart = async (): Promise<Act> => (raw, key, fingerprint, whenInFlight) => {
      if (!servers.includes(raw)) servers.push(raw)
      const amount = fingerprint === 'usual' ? '100.00' : '200.00'
      const own = `${key}-of-${servers.indexOf(raw)}`
      return raw.create(order({ reference: own, amount }), { idempotencyKey: own, whenInFlight })
    }
    const { recorder } = await play(1, apart)
    expect(KEYS.map((key) => linearize(KEY, recorder.history(key)))).toEqual([null, null, null])
  })

  test('and all of it was tried: answers, mismatches, rivals, refusals, what was lost', () => {
    for (const kind of ['answer', 'mismatch', 'in_progress', 'nothing', 'lost'])
      expect(seen.get(kind)).toBeGreaterThan(10)
  })
})
