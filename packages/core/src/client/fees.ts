import { z } from 'zod'
import { type FeeSchedule, feeSchedule } from '../fees/index.ts'
import {
  type FeeQuoteView,
  type FeeScheduleView,
  type FeeVolumeView,
  type FlowContext,
  feesOf,
  listSchedules,
  type MarginView,
  marginOf,
  type PageView,
  type PaymentFeesView,
  quoteFee,
  scheduleAt,
  scheduleOf,
  scheduleView,
  setSchedule,
  trueUpFee,
  volumeOfMonth,
} from '../flows/index.ts'
import { METHOD_TYPES } from '../gateways/index.ts'
import { currencyOf, parseAmount, parsePositiveAmount } from '../money/index.ts'
import { nameInput, parseInput } from './gate.ts'
import { textInput } from './input.ts'

const instant = z.iso.datetime({ offset: true })
const code = z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code in capitals, such as 'EUR'")
const amountText = z.string().max(64).meta({ description: 'Decimal string in the currency.', example: '49.90' })

const changeInput = z.strictObject({
  schedule: feeSchedule,
  expect: z.number().int().min(0),
  effectiveFrom: instant.optional(),
  by: textInput(100).optional(),
})

/** A capture whose fee is asked for. */
export const quoteFeeInput = z.strictObject({
  amount: amountText,
  currency: code,
  method: z.enum(METHOD_TYPES).default('card'),
  /** As the gateway names it: `visa`. */
  network: textInput(32).optional(),
  /** Where the instrument was issued. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be a country code of ISO 3166-1 in capitals, such as DE or GB')
    .optional(),
  /** What the gateway charges for it, where that is known. */
  cost: amountText.optional(),
  /** What its month has captured before it, for rules that go by that; what it has by now, if absent. */
  volume: amountText.optional(),
  /** Now, if absent. */
  at: instant.optional(),
})
/** A capture whose fee is asked for, as a caller writes it. */
export type QuoteFeeInput = z.input<typeof quoteFeeInput>

/** Which month's volume to read: the one that it is now, if absent. */
export const feeVolumeInput = z.strictObject({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month, such as '2026-11'")
    .optional(),
})
/** Which month's volume to read, as a caller writes it. */
export type FeeVolumeInput = z.input<typeof feeVolumeInput>

/** Which versions to list: the newest first. */
export const listSchedulesInput = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().optional(),
})
/** Which versions to list, as a caller writes it. */
export type ListSchedulesInput = z.input<typeof listSchedulesInput>

const trueUpInput = z.strictObject({ attempt: z.string().startsWith('att_'), cost: amountText })

/** How a schedule is changed. */
export interface SetFeesOptions {
  /** The newest version there is, 0 for none: the change is made to that one, or not at all. */
  readonly expect: number
  /** ISO 8601; as soon as may be if absent. */
  readonly effectiveFrom?: string | undefined
  /** Your own id of who changes it. */
  readonly by?: string | undefined
}

/** What the merchant pays for captures. */
export interface Fees {
  /**
   * Makes a schedule the next version, by compare-and-set: of two who change the same version one wins, the other gets `conflict`; the very
   * same change again gives what it made. Which version counts for a capture is decided by the instant at which it is recorded: the newest
   * whose `effectiveFrom` is not later. Servers keep schedules in memory, so that captures need not read them; a change therefore counts from
   * five minutes ahead at the earliest. The first schedule may count at once; a server that has looked a moment before may take the fee of
   * the options for up to four more minutes.
   * @throws FlorinError `invalid_request` for a schedule that is not whole, or a date too soon; `conflict`
   */
  set(schedule: FeeSchedule, options: SetFeesOptions): Promise<FeeScheduleView>
  /** The version that counts now, or the one of this number; null where none counts yet. Throws `not_found` for a number that is none. */
  get(version?: number): Promise<FeeScheduleView | null>
  /** Every version there was, the newest first. */
  list(input?: ListSchedulesInput): Promise<PageView<FeeScheduleView>>
  /** What a capture would cost, by which rule, and how it comes about. */
  quote(input: QuoteFeeInput): Promise<FeeQuoteView>
  /** What the merchant has captured in a month, as fees count it that go by a month's volume. */
  volume(input?: FeeVolumeInput): Promise<FeeVolumeView>
  /** Every fee that was booked for a payment, beside what its gateway charged. */
  of(payment: string): Promise<PaymentFeesView>
  /** What all fees earned beside what all gateways charged, by currency. */
  margin(): Promise<readonly MarginView[]>
  /**
   * Tells what the gateway charged for a capture, so that a fee which passes it on (interchange++) and stood on an estimate becomes what was
   * agreed: the difference is booked, once. Reconciliation does this by itself. Null where the fee did not stand on an estimate.
   * @throws FlorinError `not_found`; `conflict` when it was told with another cost before
   */
  trueUp(payment: string, input: z.input<typeof trueUpInput>): Promise<PaymentFeesView | null>
}

interface Caller {
  readonly context: FlowContext
  /** Reads that see what the caller must have seen. */
  readonly reads: FlowContext
  readonly merchant: string
}

export const createFees = ({ context, reads, merchant }: Caller): Fees =>
  Object.freeze<Fees>({
    set: async (schedule, options) => {
      const given = parseInput(changeInput, { ...options, schedule })
      const effectiveFrom = given.effectiveFrom === undefined ? null : Date.parse(given.effectiveFrom)
      return setSchedule(context, { ...given, merchant, effectiveFrom, by: given.by ?? null })
    },
    get: async (version) => {
      if (version !== undefined) return scheduleView(await scheduleOf(reads, merchant, wholeNumber(version)))
      const row = await scheduleAt(reads, merchant, context.runtime.clock.now())
      return row === undefined ? null : scheduleView(row)
    },
    list: async (input = {}) => listSchedules(reads, merchant, parseInput(listSchedulesInput, input)),
    quote: async (input) => {
      const given = parseInput(quoteFeeInput, input)
      const currency = currencyOf(given.currency).code
      const amount = parsePositiveAmount(given.amount, currency)
      const cost = given.cost === undefined ? null : parseAmount(given.cost, currency, 'cost')
      const before = given.volume === undefined ? null : parseAmount(given.volume, currency, 'volume')
      const { method, network = null, country = null } = given
      const at = given.at === undefined ? context.runtime.clock.now() : Date.parse(given.at)
      return quoteFee(reads, merchant, { amount, currency, method, network, country, cost, before }, at)
    },
    volume: async (input = {}) => {
      const { month = null } = parseInput(feeVolumeInput, input)
      return volumeOfMonth(reads, merchant, { month, at: context.runtime.clock.now() })
    },
    of: async (payment) => feesOf(reads, merchant, nameInput(payment, 'payment')),
    margin: async () => marginOf(reads, merchant),
    trueUp: async (payment, input) => {
      const { attempt, cost } = parseInput(trueUpInput, input)
      const read = (currency: string): bigint => parseAmount(cost, currency, 'cost')
      const booked = await trueUpFee(context, { merchant, payment: nameInput(payment, 'payment'), attempt, cost: read })
      return booked ? feesOf(context, merchant, payment) : null
    },
  })

const version = z.strictObject({ version: z.number().int().min(1) })
const wholeNumber = (given: number): number => parseInput(version, { version: given }).version
