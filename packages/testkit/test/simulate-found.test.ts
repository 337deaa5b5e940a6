import type { Gateway, RawDelivery } from '@florin/core/gateways'
import { crashEverywhere, simulate } from '@florin/testkit/simulator'
import { describe, expect, test } from 'vitest'
import { asynchronous } from '../src/gateway-suite/shapes.ts'
import { audit, recover } from './audit.ts'
import { type AttemptCells, rows } from './rows.ts'
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

describe('seed 284: a final capture that was only acknowledged, whose failure is told before its success', () => {
  /** Captures 40 of 100 euros; everything is told in the given order, or only the failure. */
  const failed = async (order: 'as it was' | 'reversed' | 'failure only', gateway: (inner: Gateway) => Gateway) => {
    const w = await world({ gateway })
    const mail: RawDelivery[] = []
    const deliver = async (): Promise<void> => {
      await w.advance(10)
      const all = order === 'reversed' ? mail.splice(0).reverse() : mail.splice(0)
      for (const delivery of order === 'failure only' && all.length > 1 ? all.slice(-1) : all)
        await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', ...delivery }))
    }
    w.acquirer.onWebhook((delivery) => void mail.push(delivery))
    const { id } = await w.pay({ capture: 'manual' })
    await deliver()
    await w.run(w.florin.payments.capture(id, { amount: '40.00' }))
    await w.advance(1_000)
    const capture = (await rows<AttemptCells>(w.inner, 'attempts')).find((one) => one.kind === 'capture')
    w.acquirer.dashboard.failCapture(capture?.gatewayId ?? '')
    await deliver()
    expect(w.acquirer.books().charges[0]?.held).toBe(4_000n)
    expect(await w.get(id)).toMatchObject({ captured: '0.00', capturable: '40.00', needsReview: true })
    return { w, id }
  }

  test.each(['as it was', 'reversed', 'failure only'] as const)(
    'holds what the gateway holds, told %s: a capture that is taken back had succeeded, and gave the rest back',
    async (order) => {
      const { w, id } = await failed(order, asynchronous)
      await recover(w)
      await audit(w)
      await w.run(w.florin.payments.capture(id))
      expect(w.acquirer.books().charges[0]).toMatchObject({ captured: 4_000n, held: 0n })
    },
  )
})

describe('a final capture whose end a lookup told first', () => {
  test.each([false, true])(
    'holds what the gateway holds once webhooks tell of it, in reversed order: %s',
    async (reversed) => {
      const w = await world()
      const mail: RawDelivery[] = []
      w.acquirer.onWebhook((delivery) => void mail.push(delivery))
      const { id } = await w.pay({ capture: 'manual' })
      w.acquirer.fail({ how: 'error_500_cached', when: { operation: 'capture' } })
      await w.run(w.florin.payments.capture(id, { amount: '40.00' }))
      await w.advance(10)
      const told = mail.map(
        ({ body }) => JSON.parse(Buffer.from(body).toString()) as { data: { object: string; id: string } },
      )
      w.acquirer.dashboard.failCapture(told.find(({ data }) => data.object === 'capture')?.data.id ?? '')
      await recover(w)
      for (const delivery of [...(reversed ? [...mail].reverse() : mail), ...mail])
        await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', ...delivery }))
      await recover(w)
      expect(await w.get(id)).toMatchObject({ captured: '0.00', capturable: '40.00' })
      await audit(w)
    },
  )
})

describe('seed 3197: a charge that was left behind, and that only a lookup of its end named', () => {
  test('is known by that name: what was done to it in the dashboard finds it, and waits for nothing', async () => {
    const { failures } = await simulate({ from: 3_197, seeds: 1, twiceEvery: 0 })
    expect(failures).toEqual([])
  }, 30_000)
})

describe('seed 6425: a capture that failed beside one of somebody else, told after the cancel of the rest', () => {
  test('gives back what is open then, and not what the other one took', async () => {
    const { failures } = await simulate({ from: 6_425, seeds: 1, twiceEvery: 0 })
    expect(failures).toEqual([])
  }, 30_000)
})

describe('seed 1565: a refund that bounced and was paid after all, while another server read it between the two', () => {
  test('is read again by who read the attempt before and the refund after', async () => {
    const { failures } = await simulate({ from: 1_565, seeds: 1, payments: 8, twiceEvery: 0 })
    expect(failures).toEqual([])
  }, 30_000)
})

describe('what longer runs found', () => {
  test.each([
    [
      21_784,
      'a cancel whose first sending nobody answered is over once its charge is known to hold nothing and it is refused',
    ],
    [
      20_105,
      'what was done in the dashboard to a charge whose answer was lost finds it by the reference of the charge',
    ],
    [24_155, 'an increment that is told after somebody captured all of it holds nothing more'],
    [26_491, 'a completion without an answer may take effect after a lookup: the gateway is asked again'],
    [29_921, 'a refund of what somebody captured of a charge that was left behind waits for no cancel'],
    [30_930, 'the newest attempt is the one that was made last, whatever the clock of the server that made it says'],
    [31_385, 'charges that came to nothing count for nothing, however many there were'],
    [502_316, 'a capture that failed beside the last one gave back what nobody holds'],
    [503_945, 'a debit that was left behind and returned is no money of ours'],
    [506_669, 'and that is presented again has to be refunded'],
    [507_589, 'a second increment waits until the first is decided'],
    [704_641, 'a cancel that may not be sent again is over once its charge is known to hold nothing'],
    [703_363, 'a dispute of the charge that counts keeps no refund back of one that was left behind'],
    [
      700_253,
      'a capture that failed is held again, also what another one had taken of a third one that was on its way',
    ],
  ])(
    'seed %i: %s',
    async (from) => {
      const { failures } = await simulate({ from, seeds: 1, twiceEvery: 0 })
      expect(failures).toEqual([])
    },
    30_000,
  )
})

describe('seed 570: a dispute whose money and whose cost are told by one report that changes nothing else', () => {
  test('has an event for each of its two transactions', async () => {
    const { failures } = await simulate({ from: 570, seeds: 1, payments: 3, twiceEvery: 0 })
    expect(failures).toEqual([])
  }, 30_000)
})
