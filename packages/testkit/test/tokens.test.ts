import { SANDBOX_TOKENS } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { card, order, world } from './world.ts'

const CAPTURES = ['automatic', 'manual'] as const

/** What each token ends as, with the decline's class and code where it is one. */
const ENDS: Record<string, 'paid' | 'challenged' | readonly [cls: string, code: string]> = {
  tok_approve: 'paid',
  tok_approve_mastercard: 'paid',
  tok_approve_amex: 'paid',
  tok_slow: 'paid',
  tok_pending: 'paid',
  tok_3ds: 'challenged',
  tok_3ds_declined: 'challenged',
  tok_insufficient_funds: ['soft_balance', 'insufficient_funds'],
  tok_do_not_honor: ['soft_generic', 'do_not_honor'],
  tok_processing_error: ['technical', 'processing_error'],
  tok_expired_card: ['customer_action', 'expired_card'],
  tok_sca_required: ['customer_action', 'authentication_required'],
  tok_stolen_card: ['hard', 'stolen_card'],
  tok_never_again: ['hard', 'do_not_honor'],
  tok_fraud: ['fraud', 'fraud'],
  tok_retry_cap: ['cap', 'retry_limit_exceeded'],
  tok_pending_declined: ['customer_action', 'transfer_not_received'],
}

describe.each(CAPTURES)('every test card, capture %s', (capture) => {
  test.each(SANDBOX_TOKENS.map(({ token }) => token))('%s', async (token) => {
    const w = await world()
    const first = await w.pay({ capture, method: card(token) })
    if (token.startsWith('tok_pending') || token === 'tok_slow') expect(first.status).toBe('processing')
    await w.advance(40_000)
    await recover(w)
    const payment = await w.get(first.id)
    const end = ENDS[token]
    if (end === 'paid') {
      const taken = capture === 'automatic'
      expect(payment).toMatchObject({
        status: taken ? 'succeeded' : 'authorized',
        coarseStatus: taken ? 'SUCCESS' : 'PENDING',
        authorized: '100.00',
        captured: taken ? '100.00' : '0.00',
        capturable: taken ? '0.00' : '100.00',
        captureState: taken ? 'full' : 'none',
        needsReview: false,
      })
      expect(payment.decline).toBeUndefined()
    } else if (end === 'challenged') {
      expect(payment).toMatchObject({ status: 'requires_action', action: { type: 'redirect', method: 'GET' } })
    } else {
      expect(payment).toMatchObject({ status: 'declined', captured: '0.00', authorized: '0.00' })
      expect([payment.decline?.class, payment.decline?.code]).toEqual(end)
    }
    await audit(w)
    expect(w.acquirer.books().charges).toHaveLength(1)
    expect(w.errors).toEqual([])
  })
})

test('what is shown of the card is what the gateway told: network, BIN and last four digits', async () => {
  const w = await world()
  const { method } = await w.pay({ method: card('tok_approve_amex') })
  expect(method).toEqual({ type: 'card', network: 'amex', bin: '378282', last4: '0005' })
})

test('a wallet is paid with like a card', async () => {
  const w = await world()
  const payment = await w.pay({ method: { type: 'apple_pay', token: 'tok_approve' }, capture: 'manual' })
  expect(payment.status).toBe('authorized')
  expect((await w.run(w.florin.payments.capture(payment.id))).status).toBe('succeeded')
  await audit(w)
})

test('a token that the gateway does not know is a decline of our configuration, and nothing is charged', async () => {
  const w = await world()
  const payment = await w.pay({ method: card('tok_nonsense') })
  expect(payment).toMatchObject({ status: 'declined', decline: { class: 'configuration', code: 'token_unknown' } })
  await audit(w)
})

test('the answer is JSON-safe and the same as a later read', async () => {
  const w = await world()
  const payment = await w.pay({ metadata: { cart: '7' }, description: 'Two mugs' })
  expect(JSON.parse(JSON.stringify(payment))).toEqual(payment)
  expect(await w.get(payment.id)).toEqual(payment)
  const page = await w.run(w.florin.payments.list())
  expect(page.data).toEqual([payment])
})

test('a list goes through all payments, newest first, page by page', async () => {
  const w = await world()
  const made: string[] = []
  for (let i = 0; i < 7; i++) made.unshift((await w.pay()).id)
  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await w.run(w.florin.payments.list({ limit: 3, ...(after === undefined ? {} : { after }) }))
    seen.push(...page.data.map((one) => one.id))
    after = page.next
  } while (after !== undefined)
  expect(seen).toEqual(made)
  const { reference } = await w.get(made[2] ?? '')
  const found = await w.run(w.florin.payments.list({ reference }))
  expect(found.data.map((one) => one.id)).toEqual([made[2]])
})

test('the timeline tells what happened, in order, with what each step booked', async () => {
  const w = await world()
  const payment = await w.pay(order({ capture: 'manual' }))
  await w.run(w.florin.payments.capture(payment.id, { amount: '60.00' }))
  await w.run(w.florin.payments.refund(payment.id, { amount: '10.00' }))
  const { entries } = await w.run(w.florin.payments.timeline(payment.id))
  expect(entries.map((one) => one.version)).toEqual(entries.map((_, index) => index + 1))
  expect(entries.map((one) => one.type)).toEqual([
    'payment.created',
    'payment.authorized',
    'payment.capture_requested',
    'payment.captured',
    'payment.released',
    'payment.refund_requested',
    'payment.refunded',
  ])
  const phases = entries.map((one) => one.postings.map((posting) => `${posting.phase} ${posting.amount}`))
  expect(phases[1]).toEqual(['pending 100.00'])
  expect(phases[3]).toContain('settled 60.00')
  expect(phases[4]).toEqual(['voided 40.00'])
  expect(phases[6]).toEqual(['posted 10.00'])
})
