import { expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { card, world } from './world.ts'

const CAPTURES = ['automatic', 'manual'] as const

test.each(CAPTURES)('an approved card is charged once, capture %s', async (capture) => {
  const w = await world()
  const payment = await w.pay({ capture })
  expect(payment).toMatchObject(
    capture === 'automatic'
      ? { status: 'succeeded', authorized: '100.00', captured: '100.00', captureState: 'full', refundable: '100.00' }
      : { status: 'authorized', authorized: '100.00', captured: '0.00', captureState: 'none', capturable: '100.00' },
  )
  expect(payment.method).toEqual({ type: 'card', network: 'visa', bin: '424242', last4: '4242' })
  expect(w.acquirer.books().charges).toHaveLength(1)
  await audit(w)
})
