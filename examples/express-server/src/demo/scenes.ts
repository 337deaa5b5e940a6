import type { PaymentView } from '@florin/core'
import { answerChallenge } from '../api-client.ts'
import type { Scene } from './story.ts'
import type { World } from './world.ts'

const settled = ({ status }: PaymentView): boolean => status !== 'processing'

const charged: Scene<World> = {
  title: 'A card is charged',
  async play({ api, order, chargesOf }, { say, check }) {
    const { body } = order('tok_approve')
    const { status, body: payment } = await api.create(body, 'first-key')
    say(`POST /v1/payments for 49.90 EUR with tok_approve answers ${status}: ${payment.status}.`)
    check('the payment succeeded', payment.status === 'succeeded', payment)
    const { captured } = await chargesOf(payment.id)
    check('the acquirer took exactly 49.90', captured === 4990n, captured)
  },
}

const retried: Scene<World> = {
  title: 'A card is declined, another one pays',
  async play({ api, order, chargesOf }, { say, check }) {
    const { body: declined } = await api.create(order('tok_insufficient_funds').body)
    say(`The first card is declined: "${declined.decline?.message}"`)
    check('a decline is an answer, not an error', declined.status === 'declined', declined)
    const none = await chargesOf(declined.id)
    check('the acquirer keeps nothing', none.withMoney === 0, none)
    const method = { type: 'card', token: 'tok_approve' }
    const { body: paid } = await api.act(declined.id, 'retry', { method })
    say('POST …/retry with another card, on the same payment.')
    check('it succeeded, under the same id', paid.status === 'succeeded' && paid.id === declined.id, paid)
    const { withMoney } = await chargesOf(paid.id)
    check('one charge carries money', withMoney === 1, withMoney)
  },
}

const secured: Scene<World> = {
  title: '3-D Secure: the buyer is sent to the bank and comes back',
  async play({ api, order, example }, { say, check }) {
    const { body: waiting } = await api.create(order('tok_3ds', { returnUrl: `${example.url}/` }).body)
    const url = waiting.action?.type === 'redirect' ? (waiting.action.url ?? '') : ''
    say(`The payment asks for the buyer: ${url}`)
    check('it waits for the buyer', waiting.status === 'requires_action', waiting)
    const payload = await answerChallenge(url, 'pass')
    const { body: paid } = await api.act(waiting.id, 'resume', { payload })
    say('The buyer approves there; POST …/resume with what they brought back.')
    check('it succeeded', paid.status === 'succeeded', paid)
    const { body: again } = await api.act(waiting.id, 'resume', { payload })
    check('coming back twice changes nothing', again.captured === '49.90', again)
  },
}

const captured: Scene<World> = {
  title: 'Money is reserved, a part of it captured',
  async play({ api, order, chargesOf }, { say, check }) {
    const { body: reserved } = await api.create(order('tok_approve', { amount: '100.00', capture: 'manual' }).body)
    check('100.00 are reserved', reserved.status === 'authorized' && reserved.capturable === '100.00', reserved)
    const { status, body: refused } = await api.act(reserved.id, 'capture', { amount: '100.01' })
    say(`Capturing 100.01 is refused with ${status} ${refused.code}.`)
    check('more than reserved cannot be captured', refused.code === 'amount_too_large', refused)
    const { body: paid } = await api.act(reserved.id, 'capture', { amount: '60.00' })
    say('60.00 are captured; the rest goes back to the buyer.')
    check('60.00 were captured', paid.captured === '60.00' && paid.capturable === '0.00', paid)
    const at = await chargesOf(reserved.id)
    check('the acquirer agrees, and holds nothing more', at.captured === 6000n && at.held === 0n, at)
  },
}

const refunded: Scene<World> = {
  title: 'Money is given back, in two parts',
  async play({ api, order, chargesOf }, { say, check }) {
    const { body: paid } = await api.create(order('tok_approve').body)
    const { body: part } = await api.act(paid.id, 'refunds', { amount: '9.90' })
    check('9.90 went back', part.refunded === '9.90' && part.refundState === 'partial', part)
    const { body: whole } = await api.act(paid.id, 'refunds', {})
    say('A refund without an amount gives back the rest.')
    check('all of it went back', whole.refunded === '49.90' && whole.refundState === 'full', whole)
    const { body: refused } = await api.act(paid.id, 'refunds', { amount: '0.01' })
    check('not a cent more', refused.code !== undefined, refused)
    const at = await chargesOf(paid.id)
    check('the acquirer agrees', at.captured === 4990n && at.refunded === 4990n, at)
  },
}

const once: Scene<World> = {
  title: 'The same key, fifty times at once, is one charge',
  async play({ api, order, chargesOf }, { say, check }) {
    const { body } = order('tok_approve')
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.create(body, 'key-of-an-order')))
    const inFlight = answers.filter(({ status }) => status === 409).length
    say(`50 requests: ${50 - inFlight} got the payment, ${inFlight} a 409 that says to ask again.`)
    const late = await api.create(body, 'key-of-an-order')
    const ids = new Set(answers.filter(({ status }) => status < 300).map(({ body: one }) => one.id))
    check('all that were answered got one payment', ids.size === 1 && ids.has(late.body.id), [...ids])
    const again = await api.create(body, 'key-of-an-order')
    check('a replay is the same to the byte', late.text === again.text, again.text)
    const { withMoney } = await chargesOf(late.body.id)
    check('the acquirer was charged once', withMoney === 1, withMoney)
    const other = await api.create({ ...body, amount: '1.00' }, 'key-of-an-order')
    check('the key does not work for another amount', other.body.code === 'idempotency_mismatch', other.body)
  },
}

const unplugged: Scene<World> = {
  title: 'The gateway is unplugged',
  async play({ api, order, gateway, chargesOf }, { say, check }) {
    await gateway.pause()
    const { body: refused } = await api.create(order('tok_approve').body)
    say(`Nothing listens there any more: ${refused.status}, "${refused.decline?.message}"`)
    check('the caller is told, and nothing was charged', refused.decline?.class === 'unavailable', refused)
    await gateway.resume()
    const method = { type: 'card', token: 'tok_approve' }
    const { body: paid } = await api.act(refused.id, 'retry', { method })
    say('It is plugged in again, and the buyer tries once more.')
    check('the payment succeeded', paid.status === 'succeeded', paid)
    const { withMoney } = await chargesOf(paid.id)
    check('one charge carries money', withMoney === 1, withMoney)
  },
}

const unclear: Scene<World> = {
  title: 'The gateway answers with an error 500, and nobody knows what it did',
  async play({ api, order, acquirer, chargesOf, until }, { say, check }) {
    acquirer.fail({ how: 'error_500_before', when: { operation: 'charge' } })
    const { body: unknown } = await api.create(order('tok_approve', { capture: 'manual' }).body)
    say(`So the answer is not "failed" but: ${unknown.status}.`)
    check('it is neither paid nor failed', unknown.status === 'processing', unknown)
    const { status } = await until(unknown.id, settled)
    say(`Florin asks the gateway again, under the same key: ${status}.`)
    const at = await chargesOf(unknown.id)
    check('the money is reserved, once', status === 'authorized' && at.withMoney === 1 && at.held === 4990n, at)
  },
}

const lost: Scene<World> = {
  title: 'The connection breaks after the gateway took the money',
  async play({ api, order, acquirer, chargesOf, until }, { say, check }) {
    acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { body: first } = await api.create(order('tok_approve', { capture: 'manual' }).body)
    const { status } = await until(first.id, settled)
    say(`The answer is lost; the webhook, or the same question again, brings it: ${status}.`)
    check('the payment is not called failed', status === 'authorized', status)
    const at = await chargesOf(first.id)
    check('the money is reserved, once', at.withMoney === 1 && at.held === 4990n, at)
  },
}

const later: Scene<World> = {
  title: 'The bank decides later, or answers slowly',
  async play({ api, order, until }, { say, check }) {
    const [{ body: pending }, { body: slow }] = await Promise.all([
      api.create(order('tok_pending').body),
      api.create(order('tok_slow').body),
    ])
    say(`Both callers get an answer in time: ${pending.status} and ${slow.status}.`)
    const decided = ['processing', 'succeeded'] // by a webhook that came before the answer
    check('neither is called failed', pending.status === 'processing' && decided.includes(slow.status), [pending, slow])
    const ends = await Promise.all([until(pending.id, settled), until(slow.id, settled)])
    say('A webhook settles the first, and the second too where it is faster than the late answer.')
    check(
      'both succeeded in the end',
      ends.every(({ status }) => status === 'succeeded'),
      ends,
    )
  },
}

const books: Scene<World> = {
  title: 'The books are right',
  async play({ api, acquirer, example }, { say, check }) {
    const { data } = await api.balances()
    const posted = (account: string): bigint =>
      BigInt((data.find((one) => one.account === account)?.posted ?? '0').replace('.', ''))
    const at = acquirer.books().currencies.EUR
    if (at === undefined) return check('the acquirer has books', false)
    for (const { account, posted: final, pending } of data) say(`${account}: ${final} final, ${pending} held`)
    const owed = posted('gateway/sandbox/default/receivable/EUR')
    check(
      'what the gateway owes is what it captured, less refunds and its fees',
      owed === at.captured - at.refunded - at.fees,
      [owed, at],
    )
    check('its fees are our costs', posted('gateway/sandbox/default/costs/EUR') === at.fees, at.fees)
    check('the merchant has the rest', posted('merchant/pending/EUR') === at.captured - at.refunded, at)
    const { ok, chain, ledger, payments } = await example.florin.verify()
    say(`verify: ${payments.payments} payments, ${ledger.checked.transactions} transactions, ${chain.events} events.`)
    check('attempts, ledger and chained events agree', ok, { chain, ledger, payments })
  },
}

/** The demo, in order; the last scene looks at what the others left. */
export const SCENES: readonly Scene<World>[] = [
  charged,
  retried,
  secured,
  captured,
  refunded,
  once,
  unplugged,
  unclear,
  lost,
  later,
  books,
]
