import { inspect } from 'node:util'
import { FlorinError } from '@florin/core'
import { CATALOGUE, type Storage } from '@florin/core/storage'
import { faultyStorage } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { awaited, event, listening, patched } from './inbox.ts'
import { rows } from './rows.ts'

describe('a storage that is away', () => {
  test('has the gateway send it again, and nothing is lost or doubled', async () => {
    let away = false
    const all = await listening({
      storage: (inner) =>
        faultyStorage(inner, ({ method }) => (away && method === 'commit' ? 'unavailable' : undefined)),
    })
    const { id, delivery } = await awaited(all)
    away = true
    expect(await all.w.refusal(all.hand(delivery))).toMatchObject({ code: 'storage_unavailable' })
    away = false
    expect(await rows(all.w.inner, 'webhook_inbox')).toEqual([])
    await all.hand(delivery) // it may be a duplicate: the refused one was still being tried
    expect(await rows(all.w.inner, 'webhook_inbox')).toHaveLength(1)
    await recover(all.w)
    expect((await all.w.get(id)).status).toBe('succeeded')
    await audit(all.w)
  })

  test('or too slow, is not waited for longer than the gateway waits', async () => {
    let slow = false
    let go: () => void = () => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    const all = await listening({
      storage: (inner): Storage => ({
        ...inner,
        commit: async (batch) => {
          if (slow) await gate
          return inner.commit(batch)
        },
      }),
    })
    const { id, delivery } = await awaited(all)
    slow = true
    const refused = await all.w.run(
      all.hand(delivery).catch((error: unknown) => error),
      9_000,
    )
    expect(refused).toMatchObject({ code: 'storage_unavailable' })
    slow = false
    go()
    await all.w.advance(10)
    expect(await all.hand(delivery)).toEqual({ duplicate: true, quarantined: false }) // it became durable after all
    await recover(all.w)
    expect((await all.w.get(id)).status).toBe('succeeded')
    await audit(all.w)
  })

  test('may hold up only so many bytes: then gateways are asked to come later', async () => {
    const all = await listening({
      storage: (inner): Storage => ({
        ...inner,
        commit: () => new Promise(() => {}),
      }),
      gateway: patched(() => ({ verify: () => {}, parse: () => [] })),
    })
    const body = (n: number): Uint8Array => Buffer.alloc(1_048_576, n)
    const receive = (n: number) =>
      all.w.florin.webhooks
        .receive({ gateway: 'sandbox', account: 'default', headers: {}, body: body(n) })
        .then(() => 'taken')
        .catch((error: FlorinError) => error.code)
    const asked = Array.from({ length: 66 }, (_, n) => receive(n))
    const codes = await all.w.run(Promise.all(asked), 20_000)
    expect(codes.filter((code) => code === 'overloaded')).toHaveLength(2)
    expect(codes.filter((code) => code === 'storage_unavailable')).toHaveLength(64)
  })
})

test('an adapter that breaks while it verifies refuses for now, without its words', async () => {
  const all = await listening({
    gateway: patched(() => ({
      verify: () => {
        throw new TypeError('cannot read "Ann Example"')
      },
    })),
  })
  const { delivery } = await awaited(all)
  const refused = await all.w.refusal(all.hand(delivery))
  expect(refused).toMatchObject({ code: 'internal' })
  expect(`${inspect(refused)} ${inspect(all.w.errors)}`).not.toContain('Ann')
  await all.w.advance(10)
  expect(await all.list('rejected')).toMatchObject([{ note: 'internal' }])
})

test('header names may come in any case', async () => {
  const all = await listening()
  const { delivery } = await awaited(all)
  const headers = Object.fromEntries(
    Object.entries(delivery.headers).map(([name, value]) => [name.toUpperCase(), value]),
  )
  expect(await all.hand({ ...delivery, headers })).toEqual({ duplicate: false, quarantined: false })
})

describe('nothing personal and no secret stands in the clear', () => {
  const NAME = 'Ann-Canary-Example'
  const PAN = '4111111111111111'
  const PASSWORD = 'Basic Y2FuYXJ5OnBhc3N3b3Jk'

  const dump = async (storage: Storage): Promise<string> => {
    const texts: string[] = []
    for (const { name } of CATALOGUE) {
      for (const row of await rows(storage, name)) {
        for (const cell of Object.values(row)) {
          texts.push(cell instanceof Uint8Array ? Buffer.from(cell).toString('latin1') : String(inspect(cell)))
        }
      }
    }
    return texts.join('\n')
  }

  test('whatever becomes of a delivery', async () => {
    let mode: 'fine' | 'foreign' | 'rejected' = 'fine'
    const all = await listening({
      gateway: patched(() => ({
        verify: () => {
          if (mode !== 'fine') throw new FlorinError(`webhook_${mode}`, 'refused')
        },
        parse: (body) => {
          throw new SyntaxError(`Unexpected token in ${Buffer.from(body).toString()}`)
        },
      })),
    })
    for (mode of ['fine', 'foreign', 'rejected'] as const) {
      const { body } = event(all.w, { name: NAME, pan: PAN, mode })
      const headers = { authorization: PASSWORD, cookie: `name=${NAME}`, 'x-name': NAME }
      await all.w.run(
        all.w.florin.webhooks
          .receive({ gateway: 'sandbox', account: 'default', headers, body })
          .catch((error: unknown) => void all.w.errors.push(error)),
      )
      await all.w.advance(10)
    }
    await recover(all.w)
    const views: unknown[] = []
    for (const state of ['waiting', 'dead', 'quarantined', 'rejected'] as const) {
      for (const one of await all.list(state)) views.push(one, await all.w.run(all.w.florin.webhooks.get(one.id)))
    }
    expect(views).toHaveLength(6)
    const found = `${await dump(all.w.inner)} ${inspect(views, { depth: 9 })} ${inspect(all.w.errors, { depth: 9 })}`
    for (const canary of [NAME, PAN, PASSWORD, Buffer.from(NAME).toString('base64').slice(0, 20)]) {
      expect(found).not.toContain(canary)
    }
  })
})
