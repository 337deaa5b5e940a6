import { z } from 'zod'
import {
  type FlowContext,
  getSettlement,
  listPlans,
  listSettlements,
  operateSettlement,
  type PageView,
  type PlanView,
  releaseReserve,
  runBatch,
  type SettlementAct,
  type SettlementView,
  STATEMENT_FORMATS,
  settlementStatement,
  settlementView,
} from '../flows/index.ts'
import { currencyOf } from '../money/index.ts'
import { SETTLEMENT_STATES } from '../settlement/index.ts'
import { nameInput, parseInput } from './gate.ts'
import { textInput } from './input.ts'

/** Which settlements to list: the newest first, at most 100 a page. An owner's are asked for with their currency. */
export const listSettlementsInput = z
  .strictObject({
    state: z.enum(SETTLEMENT_STATES).optional(),
    /** `merchant` for the merchant's own, or `seller:` and the seller's name. */
    owner: z
      .string()
      .regex(/^(?:merchant|seller:.{1,64})$/u, "must be 'merchant', or 'seller:' and a seller's name")
      .optional(),
    currency: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(100).default(20),
    after: z.string().optional(),
  })
  .refine(({ owner, currency }) => (owner === undefined) === (currency === undefined), {
    error: 'goes with `owner`: give both, or none',
    path: ['currency'],
  })
/** Which settlements to list, as a caller writes it. */
export type ListSettlementsInput = z.input<typeof listSettlementsInput>

/** An operator's id, in your own system: it is kept in clear, so no name and no address. */
const by = z.string().regex(/^[\w.-]{1,64}$/, "must be an id of 1 to 64 letters, digits, '_', '.' or '-'")

/** Who decides about a settlement. */
export const decideSettlementInput = z.strictObject({ by })
/** Who decides, as a caller writes it. */
export type DecideSettlementInput = z.input<typeof decideSettlementInput>

/** A run of a plan, now. */
export const runSettlementInput = z.strictObject({ plan: textInput(32) })
/** A run, as a caller writes it. */
export type RunSettlementInput = z.input<typeof runSettlementInput>

/** How to write a statement. */
export const statementInput = z.strictObject({ format: z.enum(STATEMENT_FORMATS).default('json') })
/** How to write a statement, as a caller writes it. */
export type StatementInput = z.input<typeof statementInput>

/** What a run did. */
export interface SettlementRunView {
  readonly plan: string
  /** Settlements that it worked on. */
  readonly settlements: number
  /** The time was up before every owner had a turn: run it again, repeating is harmless. */
  readonly unfinished: boolean
}

/** From captured to available: what owners' pending money came to, and what became of it. */
export interface Settlements {
  /** The merchant's plans, with their next runs. */
  plans(): Promise<readonly PlanView[]>
  /**
   * Settles, now, what every owner of a plan has, up to the plan's delay. Repeating it settles what came since, and goes on with what
   * failed. `not_found` for an unknown plan.
   */
  run(input: RunSettlementInput): Promise<SettlementRunView>
  list(input?: ListSettlementsInput): Promise<PageView<SettlementView>>
  get(id: string): Promise<SettlementView>
  /**
   * The statement as text, piece by piece: JSON, CSV or a self-contained HTML page. Its lines sum to what was paid, reserved and carried:
   * where they do not, reading it throws. `invalid_state` before it is calculated.
   */
  statement(id: string, input?: StatementInput): Promise<AsyncIterable<string>>
  /** Lets a calculated settlement go on, where its plan wants an operator's word. */
  approve(id: string, input: DecideSettlementInput): Promise<SettlementView>
  /** Stops a settlement before its money moves; its owner's later money waits behind it. */
  hold(id: string, input: DecideSettlementInput): Promise<SettlementView>
  /** Lets what is held go on: it is divided anew, by what is there now. */
  release(id: string, input: DecideSettlementInput): Promise<SettlementView>
  /** Tries what failed again. Each run of its plan does so, too. */
  rerun(id: string, input: DecideSettlementInput): Promise<SettlementView>
  /** Ends a settlement's reserve now. */
  releaseReserve(id: string, input: DecideSettlementInput): Promise<SettlementView>
}

interface Caller {
  readonly context: FlowContext
  readonly reads: Pick<FlowContext, 'storage'>
  readonly merchant: string
}

export const createSettlements = ({ context, reads, merchant }: Caller): Settlements => {
  const act =
    (name: SettlementAct) =>
    async (id: string, input: DecideSettlementInput): Promise<SettlementView> => {
      const order = {
        merchant,
        settlement: nameInput(id, 'id'),
        act: name,
        ...parseInput(decideSettlementInput, input),
      }
      return settlementView(await operateSettlement(context, order))
    }
  return Object.freeze<Settlements>({
    plans: () => listPlans(context, merchant),
    run: async (input) => {
      const { plan } = parseInput(runSettlementInput, input)
      return { plan, ...(await runBatch(context, merchant, plan)) }
    },
    list: async (input = {}) => {
      const { state = null, owner, currency, limit, after = null } = parseInput(listSettlementsInput, input)
      return listSettlements(reads, { merchant, state, owner: ownerOf(owner, currency), limit, after })
    },
    get: (id) => getSettlement(reads, merchant, nameInput(id, 'id')),
    statement: async (id, input = {}) => {
      const { format } = parseInput(statementInput, input)
      return settlementStatement(reads, merchant, nameInput(id, 'id'), format)
    },
    approve: act('approve'),
    hold: act('hold'),
    release: act('release'),
    rerun: act('rerun'),
    releaseReserve: async (id, input) => {
      const { by: operator } = parseInput(decideSettlementInput, input)
      const order = { merchant, settlement: nameInput(id, 'id'), by: operator }
      return settlementView(await releaseReserve(context, order))
    },
  })
}

const ownerOf = (
  owner: string | undefined,
  currency: string | undefined,
): { readonly seller: string | null; readonly currency: string } | null => {
  if (owner === undefined || currency === undefined) return null
  return { seller: owner === 'merchant' ? null : owner.slice('seller:'.length), currency: currencyOf(currency).code }
}
