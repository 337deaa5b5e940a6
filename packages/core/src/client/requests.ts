import type { z } from 'zod'
import {
  type CaptureRequest,
  type CreateRequest,
  type FlowContext,
  loadCustomer,
  type MethodInput,
  type OperationCall,
  type RefundRequest,
  storedMethod,
} from '../flows/index.ts'
import { FlorinError, type Id } from '../kernel/index.ts'
import { currencyOf, formatAmount, parsePositiveAmount } from '../money/index.ts'
import { parseInput, refusePans } from './gate.ts'
import { captureInput, createPaymentInput, idempotencyKeyInput, type methodInput, refundInput } from './input.ts'

/** What a call may carry besides its input. */
export interface CallOptions {
  /** 1 to 255 printable ASCII characters. Without one, `create` is keyed by its reference, and every other call is its own. */
  readonly idempotencyKey?: string | undefined
  /** What a duplicate of a call in flight gets: the error `idempotency_in_progress`, or the first caller's result. */
  readonly whenInFlight?: 'conflict' | 'wait' | undefined
}

interface Caller {
  readonly context: FlowContext
  readonly merchant: string
  readonly whenInFlight: 'conflict' | 'wait'
}

const OPTIONS: ReadonlySet<string> = new Set(['idempotencyKey', 'whenInFlight'])
const IN_FLIGHT: ReadonlySet<unknown> = new Set([undefined, 'conflict', 'wait'])

const wrongOptions = (path: string, message: string): FlorinError =>
  new FlorinError('invalid_request', `${path}: ${message}`, { details: { path } })

/** The options of a call, checked by hand: every call has some. A key under a misspelt name would be no key at all. */
const checked = (options: CallOptions): CallOptions => {
  const given: unknown = options
  if (typeof given !== 'object' || given === null)
    throw wrongOptions('options', "must be an object, such as { idempotencyKey: 'order-1' }")
  for (const name of Object.keys(given)) {
    if (OPTIONS.has(name)) continue
    refusePans(name, 'options')
    throw wrongOptions('options', `there is no option '${name.slice(0, 40)}': there are ${[...OPTIONS].join(' and ')}`)
  }
  if (!IN_FLIGHT.has(options.whenInFlight)) throw wrongOptions('whenInFlight', "must be 'conflict' or 'wait'")
  return options
}

/** The key of a call, checked. */
const keyOf = (options: CallOptions): string | null => {
  if (options.idempotencyKey === undefined) return null
  refusePans(options.idempotencyKey, 'idempotencyKey')
  const parsed = idempotencyKeyInput.safeParse(options.idempotencyKey)
  if (parsed.success) return parsed.data
  const given: unknown = options.idempotencyKey
  const got = typeof given === 'string' ? given.length : given === null ? 'null' : `a ${typeof given}`
  throw new FlorinError('invalid_request', `idempotencyKey: must be 1 to 255 printable ASCII characters (got ${got})`, {
    details: { path: 'idempotencyKey' },
  })
}

/** What every operation on a payment is told. */
export const operationCall = (caller: Caller, payment: string, options: CallOptions): OperationCall => ({
  merchant: caller.merchant,
  payment,
  idempotencyKey: keyOf(checked(options)),
  whenInFlight: options.whenInFlight ?? caller.whenInFlight,
})

/** Who pays with what: a method with its tokens by gateway, and the customer that is named, or that a stored method belongs to. */
export interface Payer {
  readonly method: MethodInput
  readonly customer: Id<'cus'> | null
}

/** Reads a stored method and checks a named customer: both must be this merchant's, and belong together. */
export const resolvePayer = async (
  caller: Caller,
  given: z.output<typeof methodInput>,
  gateway: string | undefined,
  customer: string | undefined,
): Promise<Payer> => {
  const { context, merchant } = caller
  if (!('paymentMethod' in given)) {
    const named = customer === undefined ? null : (await loadCustomer(context, merchant, customer)).id
    return { method: namedMethod(caller, given, gateway), customer: named }
  }
  const stored = await storedMethod(context, merchant, given.paymentMethod)
  if (customer === undefined || customer === stored.customer) return stored
  throw new FlorinError('invalid_request', `payment method ${given.paymentMethod} is not one of customer ${customer}`, {
    details: { path: 'customer' },
  })
}

/** A method that the caller spelled out: one token is the named gateway's, or the first configured one's. */
export const namedMethod = (
  { context }: Caller,
  given: Exclude<z.output<typeof methodInput>, { paymentMethod: string }>,
  gateway: string | undefined,
): MethodInput => {
  const [first = ''] = context.gateways.keys()
  const tokens = 'token' in given ? { [gateway ?? first]: given.token } : given.tokens
  for (const name of gateway === undefined ? Object.keys(tokens) : [gateway, ...Object.keys(tokens)]) {
    if (!context.gateways.has(name)) {
      throw new FlorinError(
        'gateway_unknown',
        `no gateway '${name.slice(0, 40)}' is configured; there are: ${[...context.gateways.keys()].join(', ')}`,
      )
    }
  }
  return {
    type: given.type,
    brand: given.brand ?? null,
    tokens,
    networkTransactionId: null,
    stored: null,
    instrument: {},
  }
}

/** A create as the flow takes it. */
export const createRequest = async (caller: Caller, input: unknown, options: CallOptions): Promise<CreateRequest> => {
  const { whenInFlight = caller.whenInFlight } = checked(options)
  const given = parseInput(createPaymentInput, input)
  const currency = currencyOf(given.currency).code
  const amount = parsePositiveAmount(given.amount, currency)
  const { email = null, name = null, ip = null, country = null } = given.buyer ?? {}
  const orders = (given.orders ?? []).map((order, index) => ({
    seller: order.seller,
    reference: order.reference,
    amount: parsePositiveAmount(order.amount, currency, `orders.${index}.amount`),
  }))
  checkSum(amount, currency, orders)
  const settle = settleOf(given.settle, currency, orders.length)
  const payer = await resolvePayer(caller, given.method, given.gateway, given.customer)
  return {
    merchant: caller.merchant,
    reference: given.reference,
    amount,
    currency,
    capture: given.capture,
    ...payer,
    gateway: given.gateway ?? null,
    orders,
    details: {
      metadata: given.metadata ?? {},
      description: given.description ?? null,
      returnUrl: given.returnUrl ?? null,
      buyer: { email, name, ip, country },
    },
    settle,
    idempotencyKey: keyOf(options),
    whenDown: given.whenDown ?? caller.context.termsOf(caller.merchant).whenDown,
    whenInFlight,
  }
}

const settleOf = (
  given: z.output<typeof createPaymentInput>['settle'],
  currency: string,
  orders: number,
): CreateRequest['settle'] => {
  if (given === undefined) return null
  const into = currencyOf(given.currency, 'settle.currency').code
  const refuse = (code: 'invalid_request' | 'unsupported', why: string): FlorinError =>
    new FlorinError(code, `settle: ${why}`, { details: { path: 'settle' } })
  if (into === currency) throw refuse('invalid_request', `the payment is in ${into} already: leave it out`)
  if (orders > 0)
    throw refuse('unsupported', 'a checkout of several sellers settles in its own currency: convert in their wallets')
  return { currency: into, quote: given.quote ?? null }
}

const checkSum = (amount: bigint, currency: string, orders: CreateRequest['orders']): void => {
  if (orders.length === 0) return
  const sum = orders.reduce((total, order) => total + order.amount, 0n)
  const names = new Set(orders.map((order) => `${order.seller}\n${order.reference}`))
  if (names.size < orders.length) {
    throw new FlorinError('invalid_request', 'orders: the same order is named twice', { details: { path: 'orders' } })
  }
  if (sum === amount) return
  throw new FlorinError(
    'invalid_request',
    `orders: their amounts sum to ${formatAmount(sum, currency)} ${currency}, and the payment is ${formatAmount(amount, currency)} ${currency}`,
    { details: { path: 'orders' } },
  )
}

type NamedParts = readonly { readonly id: string; readonly amount: string }[] | undefined

const partsOf = (orders: NamedParts): CaptureRequest['orders'] =>
  orders === undefined
    ? null
    : (currency) =>
        orders.map((order, index) => ({
          id: order.id,
          amount: parsePositiveAmount(order.amount, currency, `orders.${index}.amount`),
        }))

/** What a caller wrote, for a key's fingerprint: `10.0` and `10.00` are the same amount. The flow parses it once it knows the currency. */
export const written = (amount: unknown): string => {
  const text = String(amount)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

const writtenParts = (orders: NamedParts): CaptureRequest['ordersText'] =>
  orders?.map((order) => [order.id, written(order.amount)] as const) ?? null

const amountOf = (amount: unknown): ((currency: string) => bigint) | null =>
  amount === undefined ? null : (currency) => parsePositiveAmount(amount, currency)

export const captureRequest = (caller: Caller, id: string, input: unknown, options: CallOptions): CaptureRequest => {
  const { amount, final, orders } = parseInput(captureInput, input)
  const amountText = amount === undefined ? null : written(amount)
  const call = operationCall(caller, id, options)
  return {
    ...call,
    amount: amountOf(amount),
    amountText,
    final,
    orders: partsOf(orders),
    ordersText: writtenParts(orders),
  }
}

export const refundRequest = (caller: Caller, id: string, input: unknown, options: CallOptions): RefundRequest => {
  const { amount, reason, orders } = parseInput(refundInput, input)
  const amountText = amount === undefined ? null : written(amount)
  const call = operationCall(caller, id, options)
  return {
    ...call,
    amount: amountOf(amount),
    amountText,
    reason: reason ?? null,
    orders: partsOf(orders),
    ordersText: writtenParts(orders),
  }
}
