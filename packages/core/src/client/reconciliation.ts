import { z } from 'zod'
import {
  actOnBreak,
  type BreakView,
  type CheckReport,
  checkAll,
  checkChanges,
  type FlowContext,
  getBreak,
  getRun,
  type IngestProgress,
  ingest,
  listBreaks,
  listRuns,
  lookAgain,
  type PageView,
  type RunView,
  type SweepReport,
  sweepMissing,
} from '../flows/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { parsePositiveAmount } from '../money/index.ts'
import { BREAK_KINDS, BREAK_STATES, checkSource } from '../reconciliation/index.ts'
import type { StatementReader } from '../statements/index.ts'
import { nameInput, parseInput } from './gate.ts'
import { textInput } from './input.ts'

const page = { limit: z.coerce.number().int().min(1).max(100).default(20), after: z.string().optional() }
const by = z.string().regex(/^[\w.-]{1,64}$/, "must be an id of 1 to 64 letters, digits, '_', '.' or '-'")
const note = textInput(2_000).refine((text) => text.trim().length >= 3, 'must say why, in at least 3 characters')
const isFunction = (value: unknown): boolean => typeof value === 'function'

const sourceInput = z.union(
  [z.strictObject({ gateway: z.string(), account: z.string() }), z.strictObject({ bank: z.string() })],
  'must be { gateway, account }, or { bank }',
)

const ingestInput = z.strictObject({
  source: sourceInput,
  reader: z.custom<StatementReader>(
    (value) => isFunction((value as Partial<StatementReader> | null)?.read),
    'must be a reader of statements, with `format` and `read`',
  ),
  bytes: z.union(
    [
      z.custom<Uint8Array>((value) => value instanceof Uint8Array),
      z.custom<() => AsyncIterable<Uint8Array>>(isFunction),
    ],
    'must be the bytes of the file, or a function that opens it: it is read twice',
  ),
  onMalformed: z.enum(['report', 'refuse']),
  tolerances: z
    .strictObject({
      amount: z.bigint().min(0n).optional(),
      days: z.number().int().min(0).max(90).optional(),
      closesAfterDays: z.number().int().min(0).max(90).optional(),
    })
    .default({}),
  merchant: z.string().optional(),
  onProgress: z.custom<(progress: IngestProgress) => void>(isFunction, 'must be a function').optional(),
})

/** A file to reconcile. */
export interface IngestInput {
  /** Whose file it is: a gateway account's, or that of an account of ours at a bank, by the name under which the books have it. */
  readonly source: { readonly gateway: string; readonly account: string } | { readonly bank: string }
  /** Reads the format: an adapter's, `@florin/bank`'s, or your own. */
  readonly reader: StatementReader
  /** The bytes, or a function that opens the file: called once for the digest, and once for the lines, so that memory stays flat. */
  readonly bytes: Uint8Array | (() => AsyncIterable<Uint8Array>)
  /** What a line that cannot be read does: it is reported and the rest goes on, or the whole file is refused and nothing is written. */
  readonly onMalformed: 'report' | 'refuse'
  /** By source, kept until they are given anew. */
  readonly tolerances?: {
    /** Minor units that are booked as a cost, and are no break. 0 if absent. */
    readonly amount?: bigint | undefined
    /** Days that two dates may be apart. 3 for a gateway, 7 for a bank. */
    readonly days?: number | undefined
    /** Days after which a file should have what it covers; later it is missing there. 5 if absent. */
    readonly closesAfterDays?: number | undefined
  }
  /** In whose books stands what is about no payment: the account's own fees, money that nobody knows. The default merchant if absent. */
  readonly merchant?: string | undefined
  readonly onProgress?: ((progress: IngestProgress) => void) | undefined
}

/** Which runs to list: the newest first, at most 100 a page. */
export const listRunsInput = z.strictObject({ source: z.string().optional(), ...page })
/** Which runs to list, as a caller writes it. */
export type ListRunsInput = z.input<typeof listRunsInput>

/** Which breaks to list: the oldest first, at most 100 a page; those that are open or assigned unless a state is named. */
export const listBreaksInput = z.strictObject({
  state: z.enum(BREAK_STATES).optional(),
  kind: z.enum(BREAK_KINDS).optional(),
  /** `gateway/stripe/main`, `bank/giro`, or `florin` for our own books. */
  source: z.string().optional(),
  owner: z.string().optional(),
  ...page,
})
/** Which breaks to list, as a caller writes it. */
export type ListBreaksInput = z.input<typeof listBreaksInput>

/** Who is to look at a break. */
export const assignBreakInput = z.strictObject({
  /** Your own id of the person; it is kept in clear, so no name and no address. */
  owner: by,
})
/** Who is to look at a break, as a caller writes it. */
export type AssignBreakInput = z.input<typeof assignBreakInput>

/** Why a break is left as it is. */
export const ignoreBreakInput = z.strictObject({ by, note })
/** Why a break is left as it is, as a caller writes it. */
export type IgnoreBreakInput = z.input<typeof ignoreBreakInput>

/** How a break is resolved. */
export const resolveBreakInput = z.strictObject({
  /**
   * `post` books what was suggested, or `posting`; `suspense` moves the difference to where nobody's money stands; `write_off` books it as a
   * cost of the gateway.
   */
  how: z.enum(['post', 'suspense', 'write_off']),
  posting: z
    .strictObject({ debit: z.string(), credit: z.string(), amount: z.string(), currency: z.string().length(3) })
    .optional(),
  by,
  /** What was found out. Kept sealed. */
  note,
})
/** How a break is resolved, as a caller writes it. */
export type ResolveBreakInput = z.input<typeof resolveBreakInput>

/** Differences between our books and what others say, or what our books say of each other. */
export interface Breaks {
  list(input?: ListBreaksInput): Promise<PageView<BreakView>>
  /** One, with the note of who decided. `not_found` where there is none. */
  get(id: string): Promise<BreakView & { readonly note?: string }>
  /** Gives it to somebody, also from somebody else. */
  assign(id: string, input: AssignBreakInput): Promise<BreakView>
  /** Takes it from whoever has it. */
  release(id: string): Promise<BreakView>
  /** Books what puts it right, at most once: whoever repeats the same resolution is shown it, another one is `invalid_state`. */
  resolve(id: string, input: ResolveBreakInput): Promise<BreakView>
  /** Leaves it as it is, without booking anything. A file that explains it still ends it. */
  ignore(id: string, input: IgnoreBreakInput): Promise<BreakView>
  /** Takes up again what was ignored. */
  reopen(id: string): Promise<BreakView>
}

/** Our books against the files of gateways and banks, and against themselves; over all merchants. */
export interface Reconciliation {
  /**
   * Reads a file into the books, a thousand lines at a time, in flat memory. Each line counts once for ever: the same file, or one that
   * overlaps, changes nothing; a run that was cut off goes on where it was when its file comes again, on whichever server. Rejects with
   * `invalid_request` for bytes that are no such file, for a malformed line where those refuse it, and for a file that changes while it is
   * read; with `conflict` where others read files of this source all the time.
   */
  ingest(input: IngestInput): Promise<RunView>
  readonly runs: {
    list(input?: ListRunsInput): Promise<PageView<RunView>>
    get(id: string): Promise<RunView>
  }
  readonly breaks: Breaks
  /** Looks for what is ours and in no file, in the time that files cover. By itself every night. */
  sweep(): Promise<SweepReport>
  /** Looks again at lines that stood for nothing known, and answers how many are explained by now. By itself after each file, and nightly. */
  lookAgain(): Promise<number>
  /**
   * Checks our own books: `changes` since the last such check, or `all` of them. What is amiss becomes a break of source `florin`. By itself
   * every minute, and every night.
   */
  check(scope: 'changes' | 'all'): Promise<CheckReport>
}

export const createReconciliation = (
  context: FlowContext,
  { defaultMerchant, checkMerchant }: { defaultMerchant: string; checkMerchant: (name: string) => string },
): Reconciliation =>
  Object.freeze<Reconciliation>({
    ingest: async (input) => {
      const { source, reader, bytes, onMalformed, tolerances, merchant, onProgress } = parseInput(ingestInput, input)
      checkSource(source)
      if (!('bank' in source)) checkGateway(context, source)
      return ingest(context, {
        source,
        reader,
        open: typeof bytes === 'function' ? bytes : () => once(bytes),
        onMalformed,
        tolerances: withoutUndefined(tolerances),
        merchant: merchant === undefined ? defaultMerchant : checkMerchant(merchant),
        onProgress: onProgress ?? null,
      })
    },
    runs: Object.freeze({
      list: async (input: ListRunsInput = {}) => {
        const { source = null, limit, after = null } = parseInput(listRunsInput, input)
        return listRuns(context, { source, limit, after })
      },
      get: async (id: string) => getRun(context, nameInput(id, 'id')),
    }),
    breaks: createBreaks(context),
    sweep: () => sweepMissing(context),
    lookAgain: () => lookAgain(context),
    check: async (scope) =>
      parseInput(z.strictObject({ scope: z.enum(['changes', 'all']) }), { scope }).scope === 'all'
        ? checkAll(context)
        : checkChanges(context),
  })

const createBreaks = (context: FlowContext): Breaks =>
  Object.freeze<Breaks>({
    list: async (input = {}) => {
      const {
        state = null,
        kind = null,
        source = null,
        owner = null,
        limit,
        after = null,
      } = parseInput(listBreaksInput, input)
      return listBreaks(context, { state, kind, source, owner, limit, after })
    },
    get: async (id) => getBreak(context, nameInput(id, 'id')),
    assign: async (id, input) =>
      actOnBreak(context, nameInput(id, 'id'), { act: 'assign', ...parseInput(assignBreakInput, input) }),
    release: async (id) => actOnBreak(context, nameInput(id, 'id'), { act: 'release' }),
    resolve: async (id, input) => {
      const { how, posting, by, note } = parseInput(resolveBreakInput, input)
      if (posting !== undefined && how !== 'post') {
        throw new FlorinError(
          'invalid_request',
          `posting: '${how}' says itself what it books: leave the posting out, or give how: 'post'`,
          {
            details: { path: 'posting' },
          },
        )
      }
      const meant =
        posting === undefined
          ? null
          : { ...posting, amount: parsePositiveAmount(posting.amount, posting.currency, 'posting.amount').toString() }
      return actOnBreak(context, nameInput(id, 'id'), { act: 'resolve', how, by, note, posting: meant })
    },
    ignore: async (id, input) =>
      actOnBreak(context, nameInput(id, 'id'), { act: 'ignore', ...parseInput(ignoreBreakInput, input) }),
    reopen: async (id) => actOnBreak(context, nameInput(id, 'id'), { act: 'reopen' }),
  })

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const withoutUndefined = (given: NonNullable<IngestInput['tolerances']>) => ({
  ...(given.amount === undefined ? {} : { amount: given.amount }),
  ...(given.days === undefined ? {} : { days: given.days }),
  ...(given.closesAfterDays === undefined ? {} : { closesAfterDays: given.closesAfterDays }),
})

/** A file of an account that is not configured would match nothing, and book all of it as nobody's. */
const checkGateway = (
  { gateways }: FlowContext,
  { gateway, account }: { readonly gateway: string; readonly account: string },
): void => {
  const known = gateways.get(gateway)
  if (known?.accounts.includes(account) === true) return
  const there = known === undefined ? [...gateways.keys()] : known.accounts
  throw new FlorinError(
    'gateway_unknown',
    `source: no ${known === undefined ? `gateway '${gateway.slice(0, 40)}'` : `account '${account.slice(0, 40)}' of ${gateway}`} is configured (there are: ${there.join(', ')})`,
    { details: { gateway, account } },
  )
}
