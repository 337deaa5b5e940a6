import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { world } from './world.ts'

const TYPES = ['bank_transfer', 'redirect'] as const
const pushed = (type: (typeof TYPES)[number], token: string) => ({ method: { type, token } as const })

describe.each(TYPES)('%s: nothing can be held, so the charge is a sale', (type) => {
  test('approved at once', async () => {
    const w = await world()
    const payment = await w.pay(pushed(type, 'tok_approve'))
    expect(payment).toMatchObject({ status: 'succeeded', captured: '100.00' })
    await audit(w)
  })

  test('pending, and paid: a webhook tells', async () => {
    const w = await world({ webhooks: true })
    const payment = await w.pay(pushed(type, 'tok_pending'))
    expect(payment.status).toBe('processing')
    const [charge] = w.acquirer.books().charges
    w.acquirer.settlePending(charge?.id ?? '', 'approve')
    await w.advance(100)
    expect(await w.get(payment.id)).toMatchObject({ status: 'succeeded', captured: '100.00' })
    await audit(w)
  })

  test('pending, and never paid: a webhook tells', async () => {
    const w = await world({ webhooks: true })
    const payment = await w.pay(pushed(type, 'tok_pending'))
    w.acquirer.settlePending(w.acquirer.books().charges[0]?.id ?? '', 'decline')
    await w.advance(100)
    expect(await w.get(payment.id)).toMatchObject({
      status: 'declined',
      decline: { code: 'transfer_not_received' },
    })
    await audit(w)
  })

  test.each([
    ['tok_pending', 'succeeded'],
    ['tok_pending_declined', 'declined'],
  ])('%s without webhooks: the sweep finds out', async (token, status) => {
    const w = await world()
    const payment = await w.pay(pushed(type, token))
    await recover(w)
    expect((await w.get(payment.id)).status).toBe(status)
    await audit(w)
  })

  test('while it is pending nobody can start another attempt, and nobody can call it back', async () => {
    const w = await world()
    const payment = await w.pay(pushed(type, 'tok_pending'))
    const retried = w.florin.payments.retry(payment.id, { method: { type: 'card', token: 'tok_approve' } })
    expect(await w.refusal(retried)).toMatchObject({ code: 'attempt_open', details: { payment: payment.id } })
    expect(await w.refusal(w.florin.payments.cancel(payment.id))).toMatchObject({ code: 'unsupported' })
    await recover(w)
    expect((await w.get(payment.id)).status).toBe('succeeded')
    await audit(w)
  })

  test('what was paid goes back by refund, not by cancel', async () => {
    const w = await world()
    const payment = await w.pay(pushed(type, 'tok_approve'))
    expect(await w.refusal(w.florin.payments.cancel(payment.id))).toMatchObject({ code: 'invalid_state' })
    await w.run(w.florin.payments.refund(payment.id, { amount: '40.00' }))
    const refunded = await w.run(w.florin.payments.refund(payment.id))
    expect(refunded).toMatchObject({ status: 'succeeded', refundState: 'full', refunded: '100.00' })
    await audit(w)
  })
})

test('manual capture of a method that cannot be held is refused before anything is sent', async () => {
  const w = await world()
  const refused = await w.refusal(w.pay({ ...pushed('bank_transfer', 'tok_approve'), capture: 'manual' }))
  expect(refused).toMatchObject({ code: 'unsupported' })
  expect(w.acquirer.books().charges).toEqual([])
})

test('a buyer who pays by bank transfer is told where to send the money, for as long as it is awaited', async () => {
  const w = await world({ webhooks: true })
  const payment = await w.pay(pushed('bank_transfer', 'tok_pending'))
  expect(payment).toMatchObject({ status: 'processing', action: { type: 'bank_transfer' } })
  expect(Object.keys(payment.action?.data ?? {}).length).toBeGreaterThan(0)
  expect(await w.get(payment.id)).toMatchObject({ action: payment.action })
  w.acquirer.settlePending(w.acquirer.books().charges[0]?.id ?? '', 'approve')
  await w.advance(100)
  expect(await w.get(payment.id)).not.toHaveProperty('action')
  await audit(w)
})
