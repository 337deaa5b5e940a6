import { z } from 'zod'
import {
  executeHedge,
  type FlowContext,
  type FxHedgeView,
  getHedge,
  listHedges,
  type PageView,
} from '../flows/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { currencyOf, parsePositiveAmount } from '../money/index.ts'
import { nameInput, parseInput } from './gate.ts'
import { amountInput, currencyInput, textInput } from './input.ts'

const name = (most: number) => textInput(most).regex(/^[\w.-]+$/, "must be letters, digits, '_', '.' or '-'")

/** A trade that was made to hedge a position. */
export const executeHedgeInput = z.strictObject({
  /** The counterparty's, or your own: by it the trade is booked once. */
  reference: name(100),
  counterparty: name(64),
  from: currencyInput,
  to: currencyInput,
  /** What was given away, in `from`. */
  sold: amountInput,
  /** What was got for it, in `to`. */
  bought: amountInput,
  /** What the counterparty charges beside it. */
  fee: z.strictObject({ amount: amountInput, currency: currencyInput }).optional(),
  /** Your own id of who books it. */
  by: textInput(100),
  /** When the trade was made; now, if absent. */
  executedAt: z.iso.datetime({ offset: true }).optional(),
})
/** A trade that was made to hedge a position, as a caller writes it. */
export type ExecuteHedgeInput = z.input<typeof executeHedgeInput>

/** Which hedges to list, by reference. */
export const listHedgesInput = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().optional(),
})
/** Which hedges to list, as a caller writes it. */
export type ListHedgesInput = z.input<typeof listHedgesInput>

/** Trades that close what conversions have left open. Florin makes none: it books those that you made. */
export interface Hedges {
  /**
   * Books a trade that was made, once for its reference: the position in `from` falls by what was sold, the one in `to` rises by what was
   * bought, and the counterparty owes the difference until a bank shows the money. Repeated it gives what it did, whoever repeats it; of two
   * at once one books.
   * @throws FlorinError `not_found` where nothing was ever exchanged between the currencies; `idempotency_mismatch` for a reference of another
   * trade; `invalid_request`
   */
  execute(input: ExecuteHedgeInput): Promise<FxHedgeView>
  /** A trade by its reference. Throws `not_found`. */
  get(reference: string): Promise<FxHedgeView>
  /** Every trade, by reference. */
  list(input?: ListHedgesInput): Promise<PageView<FxHedgeView>>
}

interface Caller {
  readonly context: FlowContext
  /** Reads that see what the caller must have seen. */
  readonly reads: FlowContext
  readonly merchant: string
}

export const createHedges = ({ context, reads, merchant }: Caller): Hedges =>
  Object.freeze<Hedges>({
    execute: async (input) => {
      const given = parseInput(executeHedgeInput, input)
      const from = currencyOf(given.from, 'from').code
      const to = currencyOf(given.to, 'to').code
      if (from === to)
        throw new FlorinError('invalid_request', `to: ${to} is what is sold already: name another currency`, {
          details: { path: 'to' },
        })
      const { reference, counterparty, by, executedAt } = given
      return executeHedge(context, merchant, {
        ...{ reference, counterparty, by, from, to },
        sold: parsePositiveAmount(given.sold, from, 'sold'),
        bought: parsePositiveAmount(given.bought, to, 'bought'),
        fee: feeOf(given.fee),
        executedAt: executedAt === undefined ? null : Date.parse(executedAt),
      })
    },
    get: async (reference) => getHedge(reads, merchant, nameInput(reference, 'reference')),
    list: async (input = {}) => listHedges(reads, merchant, parseInput(listHedgesInput, input)),
  })

const feeOf = (given: ExecuteHedgeInput['fee']) => {
  if (given === undefined) return null
  const currency = currencyOf(given.currency, 'fee.currency').code
  return { amount: parsePositiveAmount(given.amount, currency, 'fee.amount'), currency }
}
