import type {
  CancelCommand,
  CaptureCommand,
  ChargeCommand,
  CompleteCommand,
  GatewayResponse,
  IncrementCommand,
  RefundCommand,
} from '@florin/core/gateways'
import { adyen } from '../src/adyen.ts'
import type { AdyenOptions } from '../src/options.ts'

/** The secrets that the tests configure; they must appear nowhere. */
export const SECRETS = {
  apiKey: 'AQEtestKeyOfTheTests',
  hmacKey: 'ab'.repeat(32),
  password: 'webhook-password-of-the-tests',
} as const

/** One account with everything. */
export const OPTIONS = {
  environment: 'test',
  apiKey: SECRETS.apiKey,
  merchantAccount: 'FlorinECOM',
  hmacKeys: [SECRETS.hmacKey],
  webhookUser: 'florin',
  webhookPassword: SECRETS.password,
} as const satisfies AdyenOptions

/** The adapter, never spoken through. */
export const gatewayWith = (over: Partial<AdyenOptions> = {}) => adyen({ ...OPTIONS, ...over })

/** Ids of our own: a charge, and what is done to it. */
export const CHARGE = 'att_01kaexqd08e0s8n4kdwjvrg0ba'
/** The second one. */
export const DEED = 'att_01kaexqd09f1t9p5meykwsh1cb'
/** Adyen's reference of the charge. */
export const PSP = 'NC6HT9CRT65ZGN82'
/** Adyen's reference of what was done to it. */
export const DEED_PSP = 'QFQTPCQ8HXSKGK82'

const common = { account: 'FlorinECOM', amount: 10_000n, currency: 'EUR' } as const
const target = { attempt: CHARGE, gatewayId: PSP } as const

/** A charge by a test card. */
export const charge = (over: Partial<ChargeCommand> = {}): ChargeCommand => ({
  ...common,
  kind: 'authorize',
  attempt: CHARGE,
  key: CHARGE,
  method: { type: 'card', token: 'test_card:visa' },
  merchantReference: 'order-1',
  returnUrl: 'https://shop.test/return',
  description: null,
  customer: { id: null, email: null, ip: null },
  ...over,
})

/** The completion of that charge. */
export const complete = (over: Partial<CompleteCommand> = {}): CompleteCommand => ({
  ...common,
  kind: 'complete',
  attempt: CHARGE,
  key: `${CHARGE}-2`,
  target: { attempt: CHARGE, gatewayId: CHARGE },
  payload: { redirectResult: 'X6XtfGC3!Y' },
  ...over,
})

const deed = { ...common, attempt: DEED, key: DEED, target } as const

/** A capture of all of it. */
export const capture = (over: Partial<CaptureCommand> = {}): CaptureCommand => ({
  ...deed,
  kind: 'capture',
  final: true,
  ...over,
})
/** A cancel of it. */
export const cancel = (over: Partial<CancelCommand> = {}): CancelCommand => ({ ...deed, kind: 'cancel', ...over })
/** A refund of all of it. */
export const refund = (over: Partial<RefundCommand> = {}): RefundCommand => ({
  ...deed,
  kind: 'refund',
  capture: null,
  reason: null,
  ...over,
})
/** A rise of it to 120.00. */
export const increment = (over: Partial<IncrementCommand> = {}): IncrementCommand => ({
  ...deed,
  kind: 'increment',
  amount: 12_000n,
  by: 2_000n,
  ...over,
})

/** An answer of Adyen's. */
export const answer = (status: number, body: unknown, headers: Record<string, string> = {}): GatewayResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
