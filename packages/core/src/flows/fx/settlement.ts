import { appendEvent } from '../../events/index.ts'
import { type FxQuoteRow, fxQuotes, QUOTE, type SettleTerms } from '../../fx/index.ts'
import { FlorinError, step } from '../../kernel/index.ts'
import { formatAmount, type Rounding } from '../../money/index.ts'
import type { PaymentDraft } from '../../payments/index.ts'
import { append, replace } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import type { CreateRequest } from '../payments/create-request.ts'
import { loadQuote, priceQuote, quoteData, refuseExpired } from './quote.ts'

/** A quote for a payment: one that was promised, or one that is made with the payment. */
export interface Settlement {
  readonly row: FxQuoteRow
  readonly stored: boolean
}

/**
 * The quote by which a new payment's captures are converted: the one that was named, if it is good for that, or one at the rate of this moment.
 * Throws `invalid_request`, `invalid_state`, `quote_expired`, `rate_unavailable`, `not_found`.
 */
export const settlementFor = async (context: FlowContext, request: CreateRequest): Promise<Settlement | null> => {
  const { settle, merchant, amount, currency } = request
  if (settle === null) return null
  if (settle.quote === null) {
    const row = await priceQuote(context, merchant, { from: currency, to: settle.currency, sell: amount })
    return { row, stored: false }
  }
  const row = await loadQuote(context, merchant, settle.quote)
  refuseUnfit(row, request, settle.currency)
  if (row.state === 'used')
    throw new FlorinError('invalid_state', `quote ${row.id} was used for ${row.usedFor}: ask for a new one`, {
      details: { quote: row.id },
    })
  refuseExpired(row, context.runtime.clock.now())
  return { row, stored: true }
}

const refuseUnfit = (row: FxQuoteRow, { amount, currency }: CreateRequest, into: string): void => {
  const unfit = (why: string): FlorinError =>
    new FlorinError('invalid_request', `settle.quote: ${row.id} ${why}: ask for one of this payment`, {
      details: { path: 'settle.quote', quote: row.id },
    })
  if (row.soldCurrency !== currency || row.boughtCurrency !== into)
    throw unfit(`is of ${row.soldCurrency} into ${row.boughtCurrency}, and not of ${currency} into ${into}`)
  if (row.sold < amount)
    throw unfit(
      `is good for ${formatAmount(row.sold, currency)} ${currency}, less than ${formatAmount(amount, currency)}`,
    )
}

/** Uses the quote for the payment, in the commit that makes the payment: its rate then holds for all that is captured and refunded. */
export const useForPayment = (context: FlowContext, draft: PaymentDraft, { row, stored }: Settlement): void => {
  const { merchant, id } = row
  const { ids } = context.runtime
  const usedFor = draft.payment.id
  const used: FxQuoteRow = { ...row, state: step(QUOTE, row.state, 'use'), usedFor, usedAt: draft.now }
  const event = { merchant, subject: id, id: ids.make('evt'), at: draft.now, data: quoteData(used) }
  if (!stored) {
    draft.effect(append(fxQuotes, used))
    draft.effect(appendEvent({ ...event, version: 1, type: 'fx.quoted' }))
    return
  }
  const version = row.version + 1
  const set = { state: used.state, usedFor, usedAt: draft.now, version }
  draft.guard(replace(fxQuotes, { merchant, id }, row.version, set))
  draft.effect(appendEvent({ ...event, version, type: 'fx.quote_used' }))
}

/** What a payment keeps of its quote. */
export const settleTermsOf = (settlement: Settlement | null): SettleTerms | null => {
  if (settlement === null) return null
  const { boughtCurrency: currency, id: quote, rate, feePercent, rounding } = settlement.row
  return { currency, quote, rate, feePercent, rounding: rounding as Rounding }
}

/** What a payment's first event says of it. */
export const settleData = (settle: SettleTerms | null): Readonly<Record<string, unknown>> =>
  settle === null ? {} : { settle: { currency: settle.currency, quote: settle.quote, rate: settle.rate } }
