import type {
  CancelCommand,
  CaptureCommand,
  ChargeCommand,
  CompleteCommand,
  IncrementCommand,
  LookupCommand,
  MutatingKind,
  RefundCommand,
  Target,
} from '@florin/core/gateways'

const att = (digit: string) => `att_0${digit.repeat(25)}` as const

/** The attempt of a charge, and of what is done to it. */
export const CHARGE = att('1')
export const OPERATION = att('2')
export const INTENT = 'pi_3Florin'

const TARGET: Target = { attempt: CHARGE, gatewayId: INTENT }
const common = { account: 'default', amount: 10_000n, currency: 'EUR' } as const

export const charge = (over: Partial<ChargeCommand> = {}): ChargeCommand => ({
  kind: 'authorize',
  attempt: CHARGE,
  key: CHARGE,
  ...common,
  method: { type: 'card', token: 'pm_card_visa' },
  merchantReference: 'order-1',
  returnUrl: 'https://shop.example/back',
  description: 'Two florins',
  customer: { id: 'cus_1', email: 'buyer@example.com', ip: '192.0.2.1' },
  ...over,
})
export const complete = (over: Partial<CompleteCommand> = {}): CompleteCommand => ({
  kind: 'complete',
  attempt: CHARGE,
  key: `${CHARGE}-2`,
  ...common,
  target: TARGET,
  payload: {},
  ...over,
})
const operation = { attempt: OPERATION, key: OPERATION, ...common, target: TARGET } as const
export const capture = (over: Partial<CaptureCommand> = {}): CaptureCommand => ({
  kind: 'capture',
  ...operation,
  final: true,
  ...over,
})
export const cancel = (over: Partial<CancelCommand> = {}): CancelCommand => ({ kind: 'cancel', ...operation, ...over })
export const refund = (over: Partial<RefundCommand> = {}): RefundCommand => ({
  kind: 'refund',
  ...operation,
  capture: null,
  reason: 'a private reason',
  ...over,
})
export const increment = (over: Partial<IncrementCommand> = {}): IncrementCommand => ({
  kind: 'increment',
  ...operation,
  amount: 12_000n,
  by: 2_000n,
  ...over,
})
export const lookup = (of: MutatingKind, over: Partial<LookupCommand> = {}): LookupCommand => {
  const isCharge = of === 'authorize' || of === 'sale'
  return {
    kind: 'lookup',
    of,
    ...operation,
    target: isCharge ? TARGET : { attempt: OPERATION, gatewayId: null },
    parent: isCharge ? null : TARGET,
    ...over,
  }
}
