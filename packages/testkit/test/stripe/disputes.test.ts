import { describe, expect, it } from 'vitest'
import { eventsOf, hold, refusalOf, sale, start } from './start.ts'

const charged = async () => {
  const { double, stripe } = await start()
  const intent = await stripe.paymentIntents.create(sale())
  eventsOf(double)
  const book = () => double.books().find(({ id }) => id === intent.id)
  return { double, stripe, intent, book }
}

describe('a chargeback', () => {
  it('takes its money with a fee, and says so', async () => {
    const { double, stripe, intent, book } = await charged()
    const id = double.dashboard.openDispute('att_1', { amount: 500n })
    expect(eventsOf(double)).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn'])
    const dispute = await stripe.disputes.retrieve(id)
    expect(dispute).toMatchObject({ status: 'needs_response', amount: 500, payment_intent: intent.id })
    expect(dispute.balance_transactions).toMatchObject([{ amount: -500, fee: 1_500, reporting_category: 'dispute' }])
    expect(book()).toMatchObject({ captured: 1_099n, disputed: 500n })
    expect((await stripe.charges.retrieve(String(intent.latest_charge))).disputed).toBe(true)
  })

  it('is answered once, and gives back what was won', async () => {
    const { double, stripe, book } = await charged()
    const id = double.dashboard.openDispute('att_1')
    const answered = await stripe.disputes.update(id, { evidence: { uncategorized_text: 'they have it' } })
    expect(answered).toMatchObject({ status: 'under_review', evidence_details: { submission_count: 1 } })
    const again = await refusalOf(stripe.disputes.update(id, { evidence: { uncategorized_text: 'really' } }))
    expect(again).toMatchObject({ statusCode: 400 })
    double.dashboard.decideDispute(id, 'won')
    expect(eventsOf(double).slice(2)).toEqual([
      'charge.dispute.updated',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ])
    expect(book()).toMatchObject({ disputed: 0n })
  })

  it('is lost by giving it up, and then is over', async () => {
    const { double, stripe, book } = await charged()
    const id = double.dashboard.openDispute('att_1')
    expect(await stripe.disputes.close(id)).toMatchObject({ status: 'lost' })
    expect(await refusalOf(stripe.disputes.close(id))).toMatchObject({ code: 'dispute_already_closed' })
    expect(book()).toMatchObject({ disputed: 1_099n })
  })

  it('lets nobody refund what the bank took already', async () => {
    const { double, stripe, intent } = await charged()
    const id = double.dashboard.openDispute('att_1', { amount: 500n })
    expect(await refusalOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      code: 'charge_disputed',
    })
    double.dashboard.decideDispute(id, 'won')
    expect(await stripe.refunds.create({ payment_intent: intent.id })).toMatchObject({ status: 'succeeded' })
  })

  it('cannot be about more than is left, nor about what was not taken', async () => {
    const { double, stripe } = await charged()
    double.dashboard.openDispute('att_1', { amount: 1_000n })
    expect(() => double.dashboard.openDispute('att_1', { amount: 100n })).toThrow(/99 of the charge/)
    await stripe.paymentIntents.create(hold({ metadata: { florin_attempt: 'att_2' } }))
    expect(() => double.dashboard.openDispute('att_2')).toThrow(/no captured charge/)
    expect(() => double.dashboard.decideDispute('dp_none', 'won')).toThrow(/no dispute/)
  })

  it('replays its answers under their keys, and evidence that is staged only is not submitted', async () => {
    const { double, stripe } = await charged()
    const id = double.dashboard.openDispute('att_1')
    const key = { idempotencyKey: 'dis_1' }
    const staged = await stripe.disputes.update(id, { evidence: { product_description: 'a hat' }, submit: false })
    expect(staged.evidence_details).toMatchObject({ has_evidence: true, submission_count: 0 })
    const first = await stripe.disputes.update(id, { submit: true }, key)
    const second = await stripe.disputes.update(id, { submit: true }, key)
    expect(second).toEqual(first)
    expect(second.evidence_details.submission_count).toBe(1)
  })
})

describe('an inquiry', () => {
  it('takes nothing, until the bank makes a chargeback of it', async () => {
    const { double, stripe, book } = await charged()
    const id = double.dashboard.openDispute('att_1', { inquiry: true })
    expect(await stripe.disputes.retrieve(id)).toMatchObject({ status: 'warning_needs_response' })
    expect(book()).toMatchObject({ disputed: 0n })
    double.dashboard.escalateDispute(id)
    expect(await stripe.disputes.retrieve(id)).toMatchObject({ status: 'needs_response' })
    expect(book()).toMatchObject({ disputed: 1_099n })
    expect(() => double.dashboard.escalateDispute(id)).toThrow(/only an open inquiry/)
  })

  it('ends where it is answered or given up', async () => {
    const { double, stripe } = await charged()
    const id = double.dashboard.openDispute('att_1', { inquiry: true })
    double.dashboard.answerDispute(id)
    expect(() => double.dashboard.decideDispute(id, 'lost')).toThrow(/nobody loses/)
    double.dashboard.decideDispute(id, 'won')
    expect(await stripe.disputes.retrieve(id)).toMatchObject({ status: 'warning_closed' })
  })
})

describe('the test environment', () => {
  it.each([
    ['pm_card_createDispute', 'winning_evidence', 'won'],
    ['pm_card_createDisputeProductNotReceived', 'losing_evidence', 'lost'],
    ['pm_card_createDisputeInquiry', 'winning_evidence', 'warning_closed'],
    ['pm_card_createDisputeInquiry', 'escalate_inquiry_evidence', 'needs_response'],
  ])('disputes by card %s and decides by text %s: %s', async (card, text, status) => {
    const { double, stripe } = await start()
    await stripe.paymentIntents.create(sale({ payment_method: card }))
    double.deliveries()
    const [dispute] = (await stripe.disputes.list()).data
    await stripe.disputes.update(dispute?.id ?? '', { evidence: { uncategorized_text: text } })
    double.deliveries()
    expect(await stripe.disputes.retrieve(dispute?.id ?? '')).toMatchObject({ status })
  })

  it('disputes what was captured later, too, once', async () => {
    const { double, stripe } = await start()
    const intent = await stripe.paymentIntents.create(hold({ payment_method: 'pm_card_createDispute' }))
    expect(eventsOf(double)).not.toContain('charge.dispute.created')
    await stripe.paymentIntents.capture(intent.id)
    expect(eventsOf(double).filter((type) => type === 'charge.dispute.created')).toHaveLength(1)
  })
})

it('pays out what is on the balance, and reports it by line and by payout', async () => {
  const { double, stripe, intent } = await charged()
  double.dashboard.openDispute('att_1', { amount: 500n })
  await stripe.paymentIntents.create(
    sale({ amount: 20_000, metadata: { florin_attempt: 'att_2' }, description: 'a, "b"' }),
  )
  const [payout] = double.payOut()
  const kept = 62 + 1_500 + 610 // of both captures, and for the dispute
  expect(payout).toMatchObject({ currency: 'EUR', amount: BigInt(1_099 + 20_000 - 500 - kept) })
  const [header = '', ...rows] = double.balanceReport().trim().split('\n')
  expect(header.split(',')).toContain('payment_metadata[florin_attempt]')
  expect(rows).toHaveLength(4)
  expect(rows[0]).toContain(`,10.99,0.62,10.37,charge,${intent.latest_charge},`)
  expect(rows[1]).toContain(',-5.00,15.00,-20.00,dispute,dp_')
  expect(rows[2]).toContain('"a, ""b"""')
  expect(rows[3]).toContain(',payout,po_')
  expect(
    double
      .balanceReport({ payout: payout?.id ?? '' })
      .trim()
      .split('\n'),
  ).toHaveLength(4)
  expect(double.payOut()).toEqual([])
  expect((await stripe.balanceTransactions.list({ payout: payout?.id ?? '' })).data).toHaveLength(4)
})
