import type { RawDelivery } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { rows } from './rows.ts'
import { world } from './world.ts'

describe('a turn of background work', () => {
  /** A webhook that settles what the answer left unknown, and is received; the capture that follows takes so long. */
  const received = async (captureMs: number) => {
    const w = await world()
    const mail: RawDelivery[] = []
    w.acquirer.onWebhook((delivery) => void mail.push(delivery))
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    w.acquirer.fail({ how: 'slow', ms: captureMs, when: { operation: 'capture' } })
    const { id } = await w.pay()
    await w.advance(10)
    const [delivery] = mail
    if (delivery === undefined) throw new Error('the acquirer told nothing')
    await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', ...delivery }))
    return { w, id, start: w.runtime.clock.now() }
  }

  test('waits for what was begun when a webhook came in: a host that stops after it leaves nothing half done', async () => {
    const { w, id } = await received(3_000)
    expect((await w.get(id)).captured).toBe('0.00')
    await w.tick()
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured: '100.00' })
    expect(await rows<object>(w.inner, 'webhook_inbox')).toMatchObject([{ state: 'processed', tries: 1 }])
    await audit(w)
  })

  test('waits no longer than a caller does, and the next turn not again', async () => {
    const { w, start } = await received(60_000)
    await w.tick()
    expect(w.runtime.clock.now() - start).toBe(10_000)
    await w.tick()
    expect(w.runtime.clock.now() - start).toBe(10_000)
    await recover(w)
    await audit(w)
  })
})
