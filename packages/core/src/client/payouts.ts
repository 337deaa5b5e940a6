import { z } from 'zod'
import {
  addDestination,
  approvePayout,
  cancelPayout,
  createPayout,
  type DestinationView,
  exportPayouts,
  type FlowContext,
  getDestination,
  getPayout,
  getPayoutFile,
  listDestinations,
  listPayoutFiles,
  listPayouts,
  type PageView,
  type PayoutFileContent,
  type PayoutFileView,
  type PayoutView,
  removeDestination,
  resolvePayout,
} from '../flows/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { currencyOf, parseAmount, parsePositiveAmount } from '../money/index.ts'
import { PAYOUT_PURPOSES } from '../payouts/index.ts'
import { bicProblem, ibanProblem, plainIban } from '../rails/index.ts'
import { nameInput, parseInput } from './gate.ts'
import { amountInput, currencyInput, namedPartsInput, ownerInput, referenceInput, textInput } from './input.ts'

const who = z.string().regex(/^[\w.-]{1,64}$/, "must be an id of 1 to 64 letters, digits, '_', '.' or '-'")
const day = z.iso.date('must be a day, such as 2026-11-30')
const page = {
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().optional(),
}

/** A bank account to keep. */
export const destinationInput = z.strictObject({
  /** The seller whose account it is; absent: the merchant's own. */
  owner: ownerInput.optional(),
  type: z.literal('iban').default('iban'),
  /** The account holder, as the bank knows it. */
  name: textInput(70),
  iban: z
    .string()
    .max(42)
    .transform(plainIban)
    .superRefine((iban, issues) => {
      const problem = ibanProblem(iban)
      if (problem !== null) issues.addIssue(problem)
    })
    .meta({ type: 'string', description: 'With or without spaces.', example: 'DE89 3704 0044 0532 0130 00' }),
  bic: z
    .string()
    .superRefine((bic, issues) => {
      const problem = bicProblem(bic)
      if (problem !== null) issues.addIssue(problem)
    })
    .optional(),
})
/** A bank account, as a caller writes it. */
export type DestinationInput = z.input<typeof destinationInput>

/** A payout to order. */
export const createPayoutInput = z
  .strictObject({
    reference: referenceInput,
    /** The seller whose money it is; absent: the merchant's own. */
    owner: ownerInput.optional(),
    amount: amountInput,
    currency: currencyInput,
    destination: z.string().startsWith('dst_'),
    /** What the beneficiary reads on the statement; the reference, if absent. */
    text: textInput(140).optional(),
    /** The day on which the bank is to execute it, where the rail knows days. */
    executeOn: day.optional(),
    rail: z.string().optional(),
    purpose: z.enum(PAYOUT_PURPOSES).default('payout'),
    /** Of a refund to another method: the payment. */
    payment: z.string().startsWith('pay_').optional(),
    /** Of a refund of a checkout: whose orders. */
    orders: namedPartsInput.optional(),
  })
  .refine(({ purpose, payment }) => (purpose === 'refund') === (payment !== undefined), {
    error: "is for a refund, and a refund needs it: give `purpose: 'refund'` and `payment` together",
    path: ['payment'],
  })
  .refine(({ payment, orders }) => orders === undefined || payment !== undefined, {
    error: 'belongs to a refund: give `payment`, too',
    path: ['orders'],
  })
/** A payout, as a caller writes it. */
export type CreatePayoutInput = z.input<typeof createPayoutInput>

/** Which payouts to list: newest first, at most 100 a page. */
export const listPayoutsInput = z.strictObject({
  ...page,
  owner: ownerInput.optional(),
  reference: referenceInput.optional(),
  /** Only those that a person should look at; cannot be given with another of these. */
  needsReview: z.literal([true, 'true'], { error: 'must be true, or left out' }).optional(),
})
/** Which payouts to list, as a caller writes it. */
export type ListPayoutsInput = z.input<typeof listPayoutsInput>

const onlyReviews = listPayoutsInput.refine(
  ({ owner, reference, needsReview }) => needsReview === undefined || (owner === undefined && reference === undefined),
  { error: 'cannot be given with `owner` or `reference`: those that need a review are few', path: ['needsReview'] },
)

/** Whose bank accounts to list. */
export const listDestinationsInput = z.strictObject({ ...page, owner: ownerInput.optional() })
/** Whose bank accounts to list, as a caller writes it. */
export type ListDestinationsInput = z.input<typeof listDestinationsInput>

/** Who lets a payout go. */
export const approvePayoutInput = z.strictObject({ by: who })
/** Who lets a payout go, as a caller writes it. */
export type ApprovePayoutInput = z.input<typeof approvePayoutInput>

/** What a person found out at the bank. */
export const resolvePayoutInput = z.strictObject({
  outcome: z.enum(['paid', 'failed', 'returned']),
  by: who,
  /** Where you looked, and what you found. Kept sealed. */
  note: textInput(2_000).min(10),
})
/** What a person found out, as a caller writes it. */
export type ResolvePayoutInput = z.input<typeof resolvePayoutInput>

/** Which payouts to write into a file. */
export const exportPayoutsInput = z.strictObject({
  rail: z.string().min(1).max(32),
  /** Your own name of the file: the same gives the same file, byte for byte. */
  reference: referenceInput,
})
/** Which payouts to write into a file, as a caller writes it. */
export type ExportPayoutsInput = z.input<typeof exportPayoutsInput>

/** Which files to list: newest first, at most 100 a page. */
export const listPayoutFilesInput = z.strictObject(page)
/** Which files to list, as a caller writes it. */
export type ListPayoutFilesInput = z.input<typeof listPayoutFilesInput>

/** Files of a rail that is a file, such as SEPA's pain.001. */
export interface PayoutFiles {
  /**
   * Writes what waits for this rail into one file: each payout is in exactly one, whoever exports at the same time. Null where nothing
   * waits. At most 1,000 payouts a file; call again, with another reference, until nothing waits. Take it to the bank once: Florin gives
   * the same bytes as often as it is asked.
   */
  export(input: ExportPayoutsInput): Promise<PayoutFileContent | null>
  get(id: string): Promise<PayoutFileContent>
  list(input?: ListPayoutFilesInput): Promise<PageView<PayoutFileView>>
}

/** Bank accounts that money may go to. The numbers are kept sealed, and never shown whole. */
export interface PayoutDestinations {
  add(input: DestinationInput): Promise<DestinationView>
  get(id: string): Promise<DestinationView>
  /** An owner's, the oldest first: the merchant's own, if no owner is named. */
  list(input?: ListDestinationsInput): Promise<PageView<DestinationView>>
  /** Forgets it. Payouts that were ordered before go on. */
  remove(id: string): Promise<void>
}

/** Money to bank accounts, at most once. */
export interface Payouts {
  readonly destinations: PayoutDestinations
  readonly files: PayoutFiles
  /**
   * Orders a payout: its money is set aside at once, out of what is available to the owner, and background work sends it. The same
   * reference with the same content gives the same payout, however often. Throws `reference_taken` for other content,
   * `amount_too_large` above what is available, `currency_not_supported` where no rail carries it.
   */
  create(input: CreatePayoutInput): Promise<PayoutView>
  get(id: string): Promise<PayoutView>
  /** One page, newest first. `needsReview: true`: those of which nobody can be asked what became of them, or no statement has told. */
  list(input?: ListPayoutsInput): Promise<PageView<PayoutView>>
  /** Lets a payout go that waits for approval. Twice is once. `invalid_state` once it is canceled. */
  approve(id: string, input: ApprovePayoutInput): Promise<PayoutView>
  /** Takes back what was not sent. Of canceling and sending at once one wins; `invalid_state` where sending did. */
  cancel(id: string): Promise<PayoutView>
  /** Testimony about a payout on its way of which nobody else tells; a bank statement may tell otherwise later. */
  resolve(id: string, input: ResolvePayoutInput): Promise<PayoutView>
}

/** An IBAN is twelve to thirty digits, and some pass for a card number: it has a check of its own instead. */
const parseDestination = (input: unknown): z.output<typeof destinationInput> => {
  if (typeof input !== 'object' || input === null || !('iban' in input) || typeof input.iban !== 'string') {
    return parseInput(destinationInput, input)
  }
  const problem = ibanProblem(plainIban(input.iban.slice(0, 64)))
  if (problem !== null) throw new FlorinError('invalid_request', `iban: ${problem}`, { details: { path: 'iban' } })
  return { ...parseInput(destinationInput, { ...input, iban: HARMLESS }), iban: plainIban(input.iban) }
}
const HARMLESS = 'DE89370400440532013000' // the registry's example

export const createPayouts = ({
  context,
  reads,
  merchant,
}: {
  readonly context: FlowContext
  readonly reads: FlowContext
  readonly merchant: string
}): Payouts =>
  Object.freeze<Payouts>({
    destinations: Object.freeze<PayoutDestinations>({
      add: async (input) => {
        const { owner = null, name, iban, bic = null } = parseDestination(input)
        return addDestination(context, merchant, owner, { name, iban, bic })
      },
      get: async (id) => getDestination(reads, merchant, nameInput(id, 'id')),
      list: async (input = {}) => {
        const { owner = null, limit, after = null } = parseInput(listDestinationsInput, input)
        return listDestinations(reads, merchant, owner, { limit, after })
      },
      remove: async (id) => removeDestination(context, merchant, nameInput(id, 'id')),
    }),
    files: Object.freeze<PayoutFiles>({
      export: async (input) => exportPayouts(context, { merchant, ...parseInput(exportPayoutsInput, input) }),
      get: async (id) => getPayoutFile(reads, merchant, nameInput(id, 'id')),
      list: async (input = {}) => {
        const { limit, after = null } = parseInput(listPayoutFilesInput, input)
        return listPayoutFiles(reads, merchant, { limit, after })
      },
    }),
    create: async (input) => {
      const { amount: written, currency: code, orders: named, ...given } = parseInput(createPayoutInput, input)
      const currency = currencyOf(code).code
      const { owner = null, text = null, executeOn = null, rail = null, payment = null } = given
      const orders =
        named?.map((one, index) => ({
          id: one.id,
          amount: parseAmount(one.amount, currency, `orders.${index}.amount`),
        })) ?? null
      const amount = parsePositiveAmount(written, currency, 'amount')
      const { reference, destination, purpose } = given
      const asked = { merchant, reference, owner, amount, currency, destination, text, executeOn, rail }
      return createPayout(context, { ...asked, purpose, payment, orders })
    },
    get: async (id) => getPayout(reads, merchant, nameInput(id, 'id')),
    list: async (input = {}) => {
      const { owner, reference = null, needsReview, limit, after = null } = parseInput(onlyReviews, input)
      return listPayouts(reads, { merchant, owner, reference, needsReview: needsReview !== undefined, limit, after })
    },
    approve: async (id, input) =>
      approvePayout(context, merchant, nameInput(id, 'id'), parseInput(approvePayoutInput, input).by),
    cancel: async (id) => cancelPayout(context, merchant, nameInput(id, 'id')),
    resolve: async (id, input) =>
      resolvePayout(context, merchant, nameInput(id, 'id'), parseInput(resolvePayoutInput, input)),
  })
