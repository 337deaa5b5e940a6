import { appendEvent } from '../../events/index.ts'
import { type FxQuoteRow, fxQuotes, hedgeTimer, QUOTE, tradePostings } from '../../fx/index.ts'
import { schedule } from '../../jobs/index.ts'
import { FlorinError, step } from '../../kernel/index.ts'
import { availableOf, ledgerTransaction, type Owner, platformFees } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import { type Change, type Posting, replace } from '../../records/index.ts'
import { type FlowContext, intentOf } from '../context.ts'
import { type FxQuoteView, loadQuote, quoteData, quoteView, refuseExpired } from './quote.ts'

const TRIES = 8

/**
 * Exchanges money of a wallet at a promised rate, once: whoever repeats it gets what it did. The quote, the money and the event are one commit,
 * so that a crash leaves either all of it or nothing, and of two servers one does it and the other finds it done.
 */
export const convertQuote = async (
  context: FlowContext,
  merchant: string,
  id: string,
  owner: Owner,
): Promise<FxQuoteView> => {
  for (let tries = 0; tries < TRIES; tries++) {
    const row = await loadQuote(context, merchant, id)
    const now = context.runtime.clock.now()
    if (row.state === 'used') return repeated(row, owner, now)
    refuseExpired(row, now)
    const used = { ...row, state: step(QUOTE, row.state, 'use'), usedFor: walletName(owner), usedAt: now, version: 2 }
    const outcome = await context.committer.commit(changeOf(context, row, used, owner), intentOf(context, merchant))
    if (outcome.committed) return quoteView(used, now)
    if (outcome.conflict === 'floor') throw tooLittle(row, owner)
  }
  throw new FlorinError('conflict', `quote ${id} is being used by others: read it`)
}

/** As whose a conversion stands in the quote. */
const walletName = (owner: Owner): string => (owner === null ? 'merchant' : `seller/${owner}`)

const repeated = (row: FxQuoteRow, owner: Owner, now: number): FxQuoteView => {
  if (row.usedFor === walletName(owner)) return quoteView(row, now)
  throw new FlorinError('idempotency_mismatch', `quote ${row.id} was used for ${row.usedFor}: a quote is good once`, {
    details: { quote: row.id },
  })
}

const tooLittle = (row: FxQuoteRow, owner: Owner): FlorinError => {
  const { account } = availableOf(owner, row.soldCurrency)
  const total = formatAmount(row.sold + row.fee, row.soldCurrency)
  return new FlorinError(
    'amount_too_large',
    `'${account}' has less than ${total} ${row.soldCurrency}, which quote ${row.id} takes: nothing happened`,
    { details: { quote: row.id, account } },
  )
}

const postingsOf = (row: FxQuoteRow, owner: Owner): readonly Posting[] => {
  const { soldCurrency: from, boughtCurrency: to } = row
  const wallet = { ...availableOf(owner, from), floor: 0n } // a command: it may not overdraw
  const trade = tradePostings({
    from: { account: wallet, currency: from, amount: row.sold },
    to: { account: availableOf(owner, to), currency: to, amount: row.bought },
  })
  if (row.fee === 0n) return trade
  return [...trade, { debit: wallet, credit: platformFees(from), amount: row.fee, currency: from, phase: 'posted' }]
}

const changeOf = (context: FlowContext, row: FxQuoteRow, used: FxQuoteRow, owner: Owner): Change => {
  const { merchant, id, soldCurrency, boughtCurrency } = row
  const at = used.usedAt as number
  const { guards, digest } = ledgerTransaction({
    merchant,
    reference: `${id}/convert`,
    subject: id,
    type: 'convert',
    postings: postingsOf(row, owner),
    metadata: { feeRule: 'fx', fxRate: row.rate },
    effectiveAt: at,
    recordedAt: at,
  })
  const { state, usedFor, usedAt, version } = used
  const { ids } = context.runtime
  const event = { merchant, subject: id, version, id: ids.make('evt'), at, ledger: digest }
  const timer = hedgeTimer(merchant, soldCurrency, boughtCurrency, at)
  return {
    guards: [replace(fxQuotes, { merchant, id }, row.version, { state, usedFor, usedAt, version }), ...guards],
    effects: [
      appendEvent({ ...event, type: 'fx.converted', data: quoteData(used) }),
      schedule({ ...timer, id: ids.make('job'), merchant }),
    ],
  }
}
