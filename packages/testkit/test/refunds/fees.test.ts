import { expect, test } from 'vitest'
import { audit, recover } from '../audit.ts'
import { approve, requested, strict } from './setting.ts'

test('a refund in the dashboard that bounces, and is paid after all, gives its fee back, takes it, and gives it back', async () => {
  const w = await strict({}, { webhooks: true })
  await w.run(w.florin.fees.set({ rules: [{ name: 'all', percent: '2.9', onRefund: 'returned' }] }, { expect: 0 }))
  const { id } = await w.pay()
  await w.advance(10)
  const fee = async () => (await w.run(w.florin.fees.of(id))).fee
  const { id: refund } = w.acquirer.dashboard.refund(w.acquirer.books().charges[0]?.id ?? '', 5_000n)
  await w.advance(10)
  expect([(await w.get(id)).refunded, await fee()]).toEqual(['50.00', '1.45'])
  w.acquirer.dashboard.failRefund(refund)
  await w.advance(10)
  expect([(await w.get(id)).refunded, await fee()]).toEqual(['0.00', '2.90'])
  w.acquirer.dashboard.repayRefund(refund)
  await w.advance(10)
  expect([(await w.get(id)).refunded, await fee()]).toEqual(['50.00', '1.45'])
  await recover(w)
  await audit(w)
})

test('a request takes nothing off the fee, and its approval does', async () => {
  const w = await strict()
  await w.run(w.florin.fees.set({ rules: [{ name: 'all', percent: '2.9', onRefund: 'returned' }] }, { expect: 0 }))
  const { id, refund } = await requested(w)
  expect((await w.run(w.florin.fees.of(id))).fee).toBe('2.90')
  await approve(w, refund)
  expect((await w.run(w.florin.fees.of(id))).fee).toBe('1.16')
  await audit(w)
})
