import type { Capabilities, Gateway, MethodCapabilities } from '../src/gateways/index.ts'
import { FlorinError } from '../src/kernel/index.ts'
import type { GatewayStats, GatewayWindow, RoutingSubject } from '../src/routing/index.ts'

/** A method that can do everything. */
export const CAN: MethodCapabilities = {
  separateCapture: true,
  multiCapture: true,
  partialCapture: true,
  increment: true,
  refund: true,
  partialRefund: true,
  reverseBy: ['reference'],
}

/** A gateway for routing alone: it takes cards in every currency at the account `main`, unless told otherwise. */
export const routable = (
  more: Partial<Capabilities> = {},
  accounts: readonly [string, ...string[]] = ['main'],
): Gateway => ({
  name: 'test',
  accounts,
  capabilities: {
    methods: { card: CAN },
    currencies: 'all',
    lookupBy: ['reference'],
    keyRetentionMs: 0,
    absenceAfterMs: 0,
    webhooks: false,
    ...more,
  },
  request: () => ({ method: 'GET', path: '/', headers: {}, body: null }),
  read: () => ({ effect: 'unknown', reason: 'test' }),
  verify: () => {},
  parse: () => [],
  transport: { send: async () => ({ outcome: 'unknown', reason: 'test' }) },
})

/** Gateways of these names, all alike. */
export const alike = (...names: readonly string[]): Map<string, Gateway> =>
  new Map(names.map((name) => [name, routable()]))

/** A payment by card that has a token everywhere. */
export const subject = (more: Partial<RoutingSubject> = {}): RoutingSubject => ({
  merchant: 'mer_1',
  payment: null,
  reference: 'order-1',
  customer: null,
  method: 'card',
  brand: null,
  network: 'visa',
  bin: '424242',
  country: 'DE',
  amount: 4990n,
  currency: 'EUR',
  capture: 'automatic',
  metadata: {},
  tokens: { a: 't', b: 't', c: 't', d: 't', stripe: 't', adyen: 't' },
  gateway: null,
  account: null,
  ...more,
})

/** A window of 100 calls that went well, unless told otherwise. */
export const windowOf = (more: Partial<GatewayWindow> = {}): GatewayWindow => ({
  answered: 100,
  declined: 0,
  errors: 0,
  timeouts: 0,
  typicalMs: 400,
  p95Ms: 900,
  ...more,
})

/** All three windows alike. */
export const steady = (more: Partial<GatewayWindow> = {}): GatewayStats => {
  const window = windowOf(more)
  return { last5m: window, last10m: window, last15m: window }
}

/** The error that `run` has to end in. */
export const refusalOf = (run: () => unknown): FlorinError => {
  try {
    run()
  } catch (error) {
    if (error instanceof FlorinError) return error
    throw error
  }
  throw new Error('it was not refused')
}
