import type { Florin, PaymentView } from '@florin/core'
import { FlorinError } from '@florin/core'
import type { Batch, Storage } from '@florin/core/storage'
import { faultyStorage } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { mortal } from './mortal.ts'
import { rows } from './rows.ts'
import { card, order, type World, world } from './world.ts'

interface Case {
  readonly name: string
  readonly prepare: (w: World) => Promise<string>
  readonly act: (florin: Florin<'sandbox'>, id: string) => Promise<PaymentView>
  readonly done: Partial<PaymentView>
}

const input = order({ reference: 'kept' })
const key = { idempotencyKey: 'kept' }
const manual = async (w: World): Promise<string> => (await w.pay({ ...input, capture: 'manual' })).id

const CASES: readonly Case[] = [
  {
    name: 'create',
    prepare: async () => '',
    act: (florin) => florin.payments.create(input, key),
    done: { status: 'succeeded', captured: '100.00' },
  },
  {
    name: 'capture',
    prepare: manual,
    act: (florin, id) => florin.payments.capture(id, {}, key),
    done: { status: 'succeeded', captured: '100.00' },
  },
  {
    name: 'cancel',
    prepare: manual,
    act: (florin, id) => florin.payments.cancel(id, key),
    done: { status: 'canceled' },
  },
  {
    name: 'refund',
    prepare: async (w) => (await w.pay(input)).id,
    act: (florin, id) => florin.payments.refund(id, {}, key),
    done: { refunded: '100.00', refundState: 'full' },
  },
]

type Fails = (commit: number, batch: Batch) => 'before' | 'after' | undefined

/** A storage whose commits fail by plan: before they take place, or after, when only the acknowledgement is lost. */
const flaky = (fails: Fails) => {
  let commits = 0
  return (inner: Storage): Storage => ({
    ...inner,
    commit: async (batch) => {
      commits += 1
      const when = fails(commits, batch)
      if (when === undefined) return inner.commit(batch)
      if (when === 'after') await inner.commit(batch)
      throw new FlorinError('storage_unavailable', `commit ${commits} fails by plan`)
    },
  })
}

describe.each(CASES)('$name, while commits fail', ({ prepare, act, done }) => {
  test('the intent: nothing happened, the caller may ask again under the same key', async () => {
    const w = await world()
    const id = await prepare(w)
    const before = w.acquirer.books()
    const florin = await w.another({ storage: flaky((nth) => (nth === 1 ? 'before' : undefined)) })
    expect(await w.refusal(act(florin, id))).toMatchObject({ code: 'storage_unavailable' })
    expect(w.acquirer.books()).toEqual(before)
    expect(await w.run(act(florin, id))).toMatchObject(done)
    await audit(w)
  })

  test('the intent, which took place all the same: asked again under the same key it happens once', async () => {
    const w = await world()
    const id = await prepare(w)
    const florin = await w.another({ storage: flaky((nth) => (nth === 1 ? 'after' : undefined)) })
    await w.refusal(act(florin, id))
    await recover(w)
    const again = await w.run(act(florin, id))
    expect(await w.get(again.id)).toMatchObject(done)
    await audit(w)
  })

  test.each(['before', 'after'] as const)(
    'the outcome, a few times (%s it took place): the caller waits, and is told',
    async (when) => {
      const w = await world()
      const id = await prepare(w)
      const florin = await w.another({ storage: flaky((nth) => (nth > 1 && nth < 5 ? when : undefined)) })
      const told = await w.run(act(florin, id))
      await recover(w)
      expect(await w.get(told.id)).toMatchObject(done)
      expect(w.errors).toEqual([])
      await audit(w)
    },
  )

  test('the outcome, for an hour: the caller gets a state and no exception, and it is found out later', async () => {
    const w = await world()
    const id = await prepare(w)
    const until = w.runtime.clock.now() + 3_600_000
    const storage = flaky((nth) => (nth > 1 && w.runtime.clock.now() < until ? 'before' : undefined))
    const florin = await w.another({ storage })
    const told = await w.run(act(florin, id))
    expect(told).not.toMatchObject(done)
    await w.advance(3_600_000)
    await recover(w)
    expect(await w.get(told.id)).toMatchObject(done)
    await audit(w)
  })
})

describe.each(CASES)('$name, when the storage goes away after the intent', ({ prepare, act, done }) => {
  test('the caller gets a state and no exception, and it is found out later', async () => {
    const w = await world()
    const id = await prepare(w)
    let commits = 0
    const until = w.runtime.clock.now() + 3_600_000
    const storage = (inner: Storage): Storage =>
      faultyStorage(inner, ({ method }) => {
        const away = commits >= 1 && w.runtime.clock.now() < until
        if (method === 'commit') commits += 1
        return away ? 'unavailable' : undefined
      })
    const florin = await w.another({ storage })
    const told = await w.run(act(florin, id))
    expect(told).not.toMatchObject(done)
    await w.advance(3_600_000)
    await recover(w)
    expect(await w.get(told.id)).toMatchObject(done)
    await audit(w)
  })
})

test('a storage that cannot be read refuses operations, and nothing is sent', async () => {
  const w = await world()
  const { id } = await w.pay({ capture: 'manual' })
  const before = w.acquirer.books()
  const storage = (inner: Storage): Storage =>
    faultyStorage(inner, ({ method }) => (method === 'load' || method === 'find' ? 'unavailable' : undefined))
  const florin = await w.another({ storage })
  const { capture, cancel, get } = florin.payments
  for (const call of [() => capture(id), () => cancel(id), () => get(id)]) {
    expect(await w.refusal(call())).toMatchObject({ code: 'storage_unavailable' })
  }
  expect(w.acquirer.books()).toEqual(before)
})

test('recovery that fails is told to the host, and goes on with the next turn', async () => {
  const w = await world()
  w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
  const { id } = await w.pay()
  await w.advance(60_000)
  let failing = true
  const florin = await w.another({
    storage: (inner) =>
      faultyStorage(inner, ({ method }) => (failing && method === 'load' ? 'unavailable' : undefined)),
  })
  await w.run(florin.tick())
  expect(w.errors).not.toEqual([])
  failing = false
  await w.run(florin.tick())
  await recover(w)
  expect((await w.get(id)).status).toBe('succeeded')
  await audit(w)
})

describe('a crash within recovery itself', () => {
  test.each(['create', 'retry', 'cancel'] as const)('of %s, at any call, is recovered from', async (what) => {
    const start = async (): Promise<World> => {
      const w = await world()
      const operation = what === 'cancel' ? 'cancel' : 'charge'
      if (what === 'create') w.acquirer.fail({ how: 'drop_after', when: { operation } })
      const { id } = await w.pay({
        capture: what === 'cancel' ? 'manual' : 'automatic',
        method: card(what === 'retry' ? 'tok_3ds' : 'tok_approve'),
      })
      if (what === 'retry') await w.run(w.florin.payments.retry(id, { method: card() })) // leaves a duty to reverse
      if (what === 'cancel') {
        w.acquirer.fail({ how: 'error_500_after', when: { operation } })
        await w.run(w.florin.payments.cancel(id))
      }
      await w.advance(60_000)
      return w
    }
    const dry = await start()
    const whole = mortal(dry.runtime, null)
    const recovering = await dry.another(whole.parts)
    whole.arm()
    await whole.live(recovering.tick())
    expect(whole.calls.length).toBeGreaterThan(5)
    for (let call = 1; call <= whole.calls.length; call++) {
      for (const when of ['before', 'after'] as const) {
        const w = await start()
        const process = mortal(w.runtime, { call, when })
        const florin = await w.another(process.parts)
        process.arm()
        await process.live(florin.tick())
        await recover(w)
        const [payment] = await rows<{ status: string }>(w.inner, 'payments')
        expect(payment?.status, `${when} ${whole.calls[call - 1]}`).toBe(what === 'cancel' ? 'canceled' : 'succeeded')
        await audit(w)
      }
    }
  })
})
