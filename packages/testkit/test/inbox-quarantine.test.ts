import { FlorinError } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { audit } from './audit.ts'
import { awaited, event, listening, patched, signed } from './inbox.ts'
import { rows } from './rows.ts'

const OTHER_SECRET = 'whsec_another_0123456789abcdef012345'
const wrongSecret = () => {
  throw new FlorinError('webhook_rejected', 'the signature is not of this secret')
}

describe('a delivery that is not authentic', () => {
  test('is refused, kept as evidence, and never worked on', async () => {
    const all = await listening({ gateway: patched(() => ({ verify: wrongSecret })) })
    const { id, delivery } = await awaited(all)
    expect(await all.w.refusal(all.hand(delivery))).toMatchObject({ code: 'webhook_rejected' })
    await all.w.advance(10)
    const [evidence] = await all.list('rejected')
    expect(evidence).toMatchObject({
      state: 'rejected',
      note: 'webhook_rejected',
      size: delivery.body.length,
      tries: 1,
    })
    expect(await all.w.run(all.w.florin.webhooks.get(evidence?.id ?? ''))).toMatchObject({
      bodyKept: true,
      facts: null,
    })
    expect(Buffer.from(await all.w.run(all.w.florin.webhooks.body(evidence?.id ?? '')))).toEqual(
      Buffer.from(delivery.body),
    )
    expect(await rows(all.w.inner, 'webhook_inbox')).toEqual([])
    expect((await all.w.get(id)).status).toBe('processing')
  })

  test('is released once its secret is right, judged by the time at which it came in', async () => {
    let wrong = true
    const all = await listening({
      gateway: patched(
        () => ({ verify: wrongSecret }),
        () => wrong,
      ),
    })
    const { id, delivery } = await awaited(all)
    await all.w.refusal(all.hand(delivery))
    await all.w.advance(3_600_000) // its signature is too old to be taken by now
    const [evidence] = await all.list('rejected')
    const redrive = () => all.w.run(all.w.florin.webhooks.redrive(evidence?.id ?? ''))
    expect(await redrive()).toMatchObject({ failed: 1, problems: [{ note: 'webhook_rejected' }] })
    wrong = false
    expect(await redrive()).toMatchObject({ seen: 1, applied: 1, problems: [] })
    expect(await all.list('rejected')).toEqual([])
    expect(await all.list('processed')).toMatchObject([{ id: evidence?.id, digest: evidence?.digest }])
    expect((await all.w.get(id)).status).toBe('succeeded')
    expect(await redrive()).toMatchObject({ seen: 1, unchanged: 1 })
    await audit(all.w)
  })

  test('that the gateway sent again meanwhile is settled by that', async () => {
    let wrong = true
    const all = await listening({
      gateway: patched(
        () => ({ verify: wrongSecret }),
        () => wrong,
      ),
    })
    const { delivery } = await awaited(all)
    await all.w.refusal(all.hand(delivery))
    await all.w.advance(10)
    const [evidence] = await all.list('rejected')
    wrong = false
    await all.hand(delivery)
    await all.w.advance(10)
    expect(await all.w.run(all.w.florin.webhooks.redrive(evidence?.id ?? ''))).toMatchObject({ unchanged: 1 })
    expect(await all.list('rejected')).toEqual([])
    expect(await all.list('processed')).toHaveLength(1)
  })

  test('takes one slot however often it comes', async () => {
    const all = await listening()
    const forged = () => signed(all.w, '{"forged":true}', OTHER_SECRET)
    for (let i = 0; i < 5; i++) {
      await all.w.refusal(all.hand(forged()))
      await all.w.advance(2_000)
    }
    expect(await all.list('rejected')).toMatchObject([{ tries: 5 }])
  })

  test('comes in a flood: neither inbox nor disk nor log fills, and what is authentic is taken', async () => {
    const all = await listening()
    const { delivery } = await awaited(all)
    for (let i = 0; i < 300; i++) await all.w.refusal(all.hand(signed(all.w, `{"n":${i}}`, OTHER_SECRET)))
    expect(await all.hand(delivery)).toEqual({ duplicate: false, quarantined: false })
    await all.w.advance(10)
    expect((await all.list('rejected')).length).toBeLessThanOrEqual(16)
    expect(all.w.errors).toHaveLength(1)
    for (let i = 0; i < 100; i++) {
      await all.w.advance(1_100)
      await all.w.refusal(all.hand(signed(all.w, `{"later":${i}}`, OTHER_SECRET)))
    }
    await all.w.advance(10)
    expect(await rows(all.w.inner, 'webhook_evidence')).toHaveLength(64)
    const [newest] = await all.list('rejected')
    const body = await all.w.run(all.w.florin.webhooks.body(newest?.id ?? ''))
    expect(Buffer.from(body).toString()).toBe('{"later":99}')
    expect(all.w.errors.length).toBeLessThanOrEqual(4) // once a minute
    expect(await all.list('processed')).toHaveLength(1)
  })

  test('keeps to its slots over processes', async () => {
    const all = await listening()
    const other = await all.w.another()
    for (let i = 0; i < 70; i++) {
      const florin = i % 2 === 0 ? all.w.florin : other
      await all.w.refusal(florin.webhooks.receive({ gateway: 'sandbox', ...signed(all.w, `{"n":${i}}`, OTHER_SECRET) }))
      await all.w.advance(1_100)
    }
    expect((await rows(all.w.inner, 'webhook_evidence')).length).toBeLessThanOrEqual(64)
    const unexpected = all.w.errors.filter((error) => (error as FlorinError).code !== 'webhook_rejected')
    expect(unexpected).toEqual([])
  })

  test('leaves nothing of more than 64 KiB', async () => {
    const all = await listening()
    await all.w.refusal(all.hand(signed(all.w, 'x'.repeat(65_537), OTHER_SECRET)))
    await all.w.advance(10)
    expect(await all.list('rejected')).toEqual([])
  })
})

describe('a delivery about an account that is not ours', () => {
  const foreign = () => {
    throw new FlorinError('webhook_foreign', 'it is about another account')
  }

  test('is acknowledged, kept apart, told, and worked on once it is ours after all', async () => {
    let wrong = true
    const all = await listening({
      gateway: patched(
        () => ({ verify: foreign }),
        () => wrong,
      ),
    })
    const { id, delivery } = await awaited(all)
    expect(await all.hand(delivery)).toEqual({ duplicate: false, quarantined: true })
    expect(await all.hand(delivery)).toEqual({ duplicate: true, quarantined: true })
    await all.w.tick()
    expect(await all.list('quarantined')).toMatchObject([{ note: 'webhook_foreign', tries: 0, nextTryAt: null }])
    expect(all.w.errors).toMatchObject([{ code: 'webhook_foreign' }])
    expect((await all.w.get(id)).status).toBe('processing')
    const all_ = () => all.w.run(all.w.florin.webhooks.redrive({ state: 'quarantined' }))
    expect(await all_()).toMatchObject({ failed: 1, problems: [{ note: 'webhook_foreign' }] })
    wrong = false
    expect(await all_()).toMatchObject({ applied: 1 })
    expect((await all.w.get(id)).status).toBe('succeeded')
    await audit(all.w)
  })

  test('shows nothing of what it says, and no replay acts on it', async () => {
    const all = await listening({ gateway: patched(() => ({ verify: foreign })) })
    const { id, delivery } = await awaited(all)
    await all.hand(delivery)
    const [one] = await all.list('quarantined')
    expect(await all.w.run(all.w.florin.webhooks.get(one?.id ?? ''))).toMatchObject({ facts: null, bodyKept: true })
    const from = new Date(0)
    const to = new Date(all.w.runtime.clock.now())
    expect(await all.w.run(all.w.florin.webhooks.replay({ from, to }))).toMatchObject({ seen: 0, complete: true })
    expect((await all.w.get(id)).status).toBe('processing')
  })
})

describe('bad input, authentic or not', () => {
  test('a delivery of another world is refused by its time: replayed, and from the future', async () => {
    const all = await listening()
    const { delivery } = await awaited(all)
    await all.w.advance(301_000)
    expect(await all.w.refusal(all.hand(delivery))).toMatchObject({ code: 'webhook_rejected' })
    const future = signed(all.w, '{}')
    all.w.runtime.clock.set(all.w.runtime.clock.now() - 301_000)
    expect(await all.w.refusal(all.hand(future))).toMatchObject({ code: 'webhook_rejected' })
  })

  test.each(['', '{', 'null', '[]', '{"data":', '\u0000'])('a body of %j is refused', async (body) => {
    const all = await listening()
    expect(await all.w.refusal(all.hand(signed(all.w, body)))).toMatchObject({ code: 'webhook_rejected' })
    expect(await all.list('waiting')).toEqual([])
  })

  test('an authentic event that says nothing about a command is settled at once', async () => {
    const all = await listening()
    await all.hand(event(all.w, { object: 'balance' }))
    await all.w.advance(10)
    expect(await all.list('processed')).toMatchObject([{ note: null, tries: 1 }])
    expect(all.w.errors).toEqual([])
  })
})
