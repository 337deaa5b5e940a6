import type { RawDelivery } from '@florin/core/gateways'
import { crashEverywhere, simulate } from '@florin/testkit/simulator'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { world } from './world.ts'

// What the simulator found, each as a story of its own beside the seed that it was found with.

describe('seed 52: a retry by another method', () => {
  test('leaves the first charge what it was: a hold is given back, though the later method has none', async () => {
    const w = await world()
    const { id } = await w.pay({ method: { type: 'card', token: 'tok_pending' } })
    await w.run(w.florin.payments.retry(id, { method: { type: 'redirect', token: 'tok_insufficient_funds' } }))
    await w.advance(60_000) // the first one is decided after all
    await recover(w)
    expect(w.acquirer.books().charges.map((one) => one.held)).toEqual([0n, 0n])
    expect(w.errors).toEqual([])
    await audit(w)
  })
})

describe('an increment that is only acknowledged', () => {
  test('and heard of after the final capture holds nothing any more', async () => {
    const { failures, crashes } = await crashEverywhere({ flows: ['increment'], sets: [['blind']], every: 6, pairs: 0 })
    expect(failures.flatMap(({ report }) => report.violations)).toEqual([])
    expect(crashes).toBeGreaterThan(5)
  })
})

describe('seed 29: a sale that was returned before anybody heard of it', () => {
  test('leaves nothing in the books, also where its success is told after a lookup told of its end', async () => {
    const w = await world()
    const mail: RawDelivery[] = []
    w.acquirer.onWebhook((delivery) => void mail.push(delivery))
    w.acquirer.fail({ how: 'error_500_cached', when: { operation: 'charge' } })
    const { id } = await w.pay({ method: { type: 'redirect', token: 'tok_approve' } })
    await w.advance(10)
    w.acquirer.dashboard.returnSale(w.acquirer.books().charges[0]?.id ?? '')
    await recover(w)
    expect((await w.get(id)).status).toBe('declined')
    const [succeeded] = mail
    if (succeeded === undefined) throw new Error('nothing was announced')
    await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', ...succeeded }))
    await recover(w)
    await audit(w)
  })
})

describe('seed 20897: a refund that is booked between two reads of another report', () => {
  test('makes that report read again, and fails nothing', async () => {
    const { failures } = await simulate({ from: 20_897, seeds: 1, twiceEvery: 0 })
    expect(failures).toEqual([])
  }, 30_000)
})
