import {
  bodyOf,
  cancelPayment,
  capturePayment,
  createPayment,
  type FlowContext,
  getPayment,
  incrementPayment,
  listPayments,
  type PageView,
  type PaymentView,
  paymentIdOf,
  type Result,
  refundPayment,
  resumePayment,
  retryPayment,
  type TimelineView,
  timelineOf,
  viewIn,
} from '../flows/index.ts'
import { isFlorinError } from '../kernel/index.ts'
import { parsePositiveAmount } from '../money/index.ts'
import { nameInput, parseInput } from './gate.ts'
import {
  type CaptureInput,
  type CreatePaymentInput,
  type GetOptions,
  getInput,
  type IncrementInput,
  incrementInput,
  type ListInput,
  listInput,
  type RefundInput,
  type ResumeInput,
  type RetryInput,
  resumeInput,
  retryInput,
} from './input.ts'
import {
  type CallOptions,
  captureRequest,
  createRequest,
  operationCall,
  refundRequest,
  resolvePayer,
  written,
} from './requests.ts'

/** How the buyer pays: one token for the default (or named) gateway, a token per gateway, or a stored payment method. */
export type MethodFor<G extends string> =
  | Extract<CreatePaymentInput['method'], { token: string }>
  | (Omit<Extract<CreatePaymentInput['method'], { tokens: Record<string, string> }>, 'tokens'> & {
      readonly tokens: Readonly<Partial<Record<G, string>>>
    })
  | { readonly paymentMethod: string }

/** A payment to create. Amounts are decimal strings of the currency: `'49.90'`. */
export type CreatePayment<G extends string> = Omit<CreatePaymentInput, 'method' | 'gateway'> & {
  readonly method: MethodFor<G>
  readonly gateway?: G | undefined
}

/** Another attempt on the same payment. */
export type RetryPayment<G extends string> = Omit<RetryInput, 'method' | 'gateway'> & {
  readonly method: MethodFor<G>
  readonly gateway?: G | undefined
}

/**
 * Taking money. States of a payment are returned, a decline too; refusals are thrown as `FlorinError` and mean that nothing happened.
 * Every method takes the id of a payment, or of its checkout.
 */
export interface Payments<G extends string = string> {
  /** Charges a buyer for one reference. The same key, or without one the same reference, charges once. */
  create(input: CreatePayment<G>, options?: CallOptions): Promise<PaymentView>
  /** Goes on after 3-D Secure or a redirect, with the query of the return URL. Harmless when there is nothing to go on with. */
  resume(id: string, input?: ResumeInput): Promise<PaymentView>
  /** Another attempt on the same payment after a decline, or in place of one that waits for the buyer. */
  retry(id: string, input: RetryPayment<G>, options?: CallOptions): Promise<PaymentView>
  /** Takes authorised money: all that is open, or `amount`; `final: false` keeps the rest open. */
  capture(id: string, input?: CaptureInput, options?: CallOptions): Promise<PaymentView>
  /** Gives an authorisation back, or closes a payment that was not paid. */
  cancel(id: string, options?: CallOptions): Promise<PaymentView>
  /** Gives captured money back: all that is left, or `amount`. */
  refund(id: string, input?: RefundInput, options?: CallOptions): Promise<PaymentView>
  /** Raises an authorisation to a new total, where the gateway can. */
  increment(id: string, input: IncrementInput, options?: CallOptions): Promise<PaymentView>
  /**
   * As it is stored, without asking anybody. `refresh: true` asks gateways first about what is not known, within the caller's deadline;
   * for a page that a person waits at, since recovery asks by itself.
   */
  get(id: string, options?: GetOptions): Promise<PaymentView>
  /** Newest first. */
  list(input?: ListInput): Promise<PageView<PaymentView>>
  /** What happened to a payment, with what each step booked. */
  timeline(id: string): Promise<TimelineView>
}

/** The same operations, answering with the JSON that a replay repeats byte for byte. For HTTP layers. */
export type RawPayments = {
  readonly [M in 'create' | 'retry' | 'capture' | 'cancel' | 'refund' | 'increment']: (
    ...args: Parameters<Payments[M]>
  ) => Promise<string>
}

interface Caller {
  readonly context: FlowContext
  /** The context of reads that decide nothing: they may go to copies of the database. */
  readonly reads: FlowContext
  readonly merchant: string
  readonly whenInFlight: 'conflict' | 'wait'
}

type Operations = { readonly [M in keyof RawPayments]: (...args: Parameters<Payments[M]>) => Promise<Result> }

/** The operations that have a key, each giving a result that is a view or a frozen body. */
const operations = (caller: Caller): Operations => {
  const { context, merchant } = caller
  const payment = (id: string) => paymentIdOf(context, merchant, nameInput(id, 'id'))
  return {
    create: async (input, options = {}) => createPayment(context, await createRequest(caller, input, options)),
    retry: async (id, input, options = {}) => {
      const given = parseInput(retryInput, input)
      const { method } = await resolvePayer(caller, given.method, given.gateway, undefined)
      const call = operationCall(caller, await payment(id), options)
      return retryPayment(context, { ...call, method, gateway: given.gateway ?? null })
    },
    capture: async (id, input = {}, options = {}) =>
      capturePayment(context, captureRequest(caller, await payment(id), input, options)),
    cancel: async (id, options = {}) => cancelPayment(context, operationCall(caller, await payment(id), options)),
    refund: async (id, input = {}, options = {}) =>
      refundPayment(context, refundRequest(caller, await payment(id), input, options)),
    increment: async (id, input, options = {}) => {
      const { amount } = parseInput(incrementInput, input)
      const call = operationCall(caller, await payment(id), options)
      const minor = (currency: string): bigint => parsePositiveAmount(amount, currency)
      return incrementPayment(context, { ...call, amount: minor, amountText: written(amount) })
    },
  }
}

/** What a copy does not have yet may be there all the same. */
const foundIn = async <T>({ context, reads }: Caller, read: (from: FlowContext) => Promise<T>): Promise<T> => {
  try {
    return await read(reads)
  } catch (error) {
    if (reads === context || !isFlorinError(error, 'not_found')) throw error
    return read(context)
  }
}

export const createPayments = <G extends string>(caller: Caller): { api: Payments<G>; raw: RawPayments } => {
  const { context, reads, merchant } = caller
  const run = operations(caller)
  const raw: RawPayments = {
    create: async (...args) => bodyOf(await run.create(...args)),
    retry: async (...args) => bodyOf(await run.retry(...args)),
    capture: async (...args) => bodyOf(await run.capture(...args)),
    cancel: async (...args) => bodyOf(await run.cancel(...args)),
    refund: async (...args) => bodyOf(await run.refund(...args)),
    increment: async (...args) => bodyOf(await run.increment(...args)),
  }
  const api: Payments = {
    create: async (...args) => viewIn(await run.create(...args)),
    retry: async (...args) => viewIn(await run.retry(...args)),
    capture: async (...args) => viewIn(await run.capture(...args)),
    cancel: async (...args) => viewIn(await run.cancel(...args)),
    refund: async (...args) => viewIn(await run.refund(...args)),
    increment: async (...args) => viewIn(await run.increment(...args)),
    resume: async (id, input = {}) => {
      const { payload } = parseInput(resumeInput, input)
      return viewIn(
        await resumePayment(context, {
          merchant,
          payment: await paymentIdOf(context, merchant, nameInput(id, 'id')),
          payload,
        }),
      )
    },
    get: async (id, options = {}) => {
      const { refresh } = parseInput(getInput, options)
      const name = nameInput(id, 'id')
      if (refresh) return getPayment(context, merchant, name, true)
      return foundIn(caller, (from) => getPayment(from, merchant, name, false))
    },
    list: async (input = {}) => {
      const { limit, after, reference } = parseInput(listInput, input)
      return listPayments(reads, { merchant, limit, after: after ?? null, reference: reference ?? null })
    },
    timeline: async (id) => {
      const name = nameInput(id, 'id')
      return foundIn(caller, (from) => timelineOf(from, merchant, name))
    },
  }
  return { api: Object.freeze(api) as Payments<G>, raw: Object.freeze(raw) }
}
