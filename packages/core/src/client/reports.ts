import { z } from 'zod'
import {
  type AccountStatementRow,
  accountStatement,
  earnings,
  type FlowContext,
  type OutstandingRow,
  outstanding,
  type TrialBalanceRow,
  trialBalance,
} from '../flows/index.ts'
import { checkZone, FlorinError } from '../kernel/index.ts'
import { type EarningsRow, PERIODS, type Report } from '../reports/index.ts'
import { nameInput, parseInput } from './gate.ts'

const instant = z
  .union([z.date(), z.iso.datetime({ offset: true })], 'must be a Date, or an instant such as 2026-01-31T12:00:00Z')
  .transform((given) => new Date(given).getTime())
  .meta({ type: 'string', format: 'date-time' })
const position = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** As of what: a position of the event stream, the newest if absent. */
export const trialBalanceInput = z.strictObject({ position: position.optional() })
/** A trial balance, as a caller asks for it. */
export type TrialBalanceInput = z.input<typeof trialBalanceInput>

/** From one instant on and before another; without a bound where absent. */
export const accountStatementInput = z.strictObject({ from: instant.optional(), to: instant.optional() })
/** A statement, as a caller asks for it. */
export type AccountStatementInput = z.input<typeof accountStatementInput>

/** Which earnings: of money that moved from one instant on and before another, by the days or months of a time zone. */
export const earningsInput = z.strictObject({
  by: z.enum(PERIODS).default('month'),
  /** By its IANA name. */
  zone: z.string().max(60).default('UTC'),
  from: instant.optional(),
  to: instant.optional(),
  position: position.optional(),
})
/** Earnings, as a caller asks for them. */
export type EarningsInput = z.input<typeof earningsInput>

/**
 * What the books say, as streams: each report reads itself while its rows are taken, in memory that does not grow with it, and can be had
 * as CSV or as lines of JSON. Wrong input throws `invalid_request` at once.
 */
export interface AllReports {
  /**
   * Every account with what was debited and credited, and each currency's total, whose debits and credits are the same. As of one position
   * of the event stream: what is committed meanwhile is not in it. Reads of older positions cost more, by the events since then.
   */
  trialBalance(input?: TrialBalanceInput): Report<TrialBalanceRow>
  /** What each merchant earned, by period and currency. As of one position, as the trial balance is: at the same one they agree. */
  earnings(input?: EarningsInput): Report<EarningsRow>
  /** What each gateway account has of our money, by its age. Each account is as of when it is read. */
  outstanding(): Report<OutstandingRow>
}

/** Reports on one merchant's books. */
export interface Reports extends AllReports {
  /** The entries of an account between two instants, with the balances before and after. `not_found`, from the first row, without such an account. */
  statement(account: string, input?: AccountStatementInput): Report<AccountStatementRow>
}

const ordered = ({ from, to }: { readonly from?: number | undefined; readonly to?: number | undefined }) => {
  if (from !== undefined && to !== undefined && from > to)
    throw new FlorinError('invalid_request', 'from: is after `to`', { details: { path: 'from' } })
  return { from: from ?? null, to: to ?? null }
}

/** Reports on every merchant's books (`merchant` null), or on one's. */
export const createAllReports = (context: FlowContext, merchant: string | null): AllReports =>
  Object.freeze<AllReports>({
    trialBalance: (input = {}) => {
      const given = parseInput(trialBalanceInput, input)
      return trialBalance(context, { merchant, position: given.position ?? null })
    },
    earnings: (input = {}) => {
      const { by, zone, position: at = null, ...span } = parseInput(earningsInput, input)
      checkZone(zone)
      return earnings(context, { merchant, position: at, by, zone, ...ordered(span) })
    },
    outstanding: () => outstanding(context, merchant),
  })

export const createReports = (context: FlowContext, merchant: string): Reports =>
  Object.freeze<Reports>({
    ...createAllReports(context, merchant),
    statement: (account, input = {}) => {
      const span = ordered(parseInput(accountStatementInput, input))
      return accountStatement(context, { merchant, account: nameInput(account, 'account'), ...span })
    },
  })
