import type { Gateway, GatewayRequest } from '@florin/core/gateways'
import { asynchronous, byReference, silent, twoSteps } from '../../gateway-suite/shapes.ts'
import {
  type Acquirer,
  createAcquirer,
  sandbox,
  sandboxReport,
  settlementFile,
  type WireCharge,
  type WireDispute,
  type WireOperation,
} from '../../sandbox/index.ts'
import { sign } from '../../sandbox/webhooks/sign.ts'
import { IDEMPOTENCY_HEADER, SIGNATURE_HEADER } from '../../sandbox/wire.ts'
import { actElsewhere, disputeElsewhere } from './elsewhere.ts'
import type {
  DisputeAct,
  ProviderCharge,
  ProviderFactory,
  ProviderFault,
  ProviderOperation,
  ProviderReply,
  ProviderReport,
  ProviderWebhook,
  ProviderWorld,
  RequestFacts,
  SimulatedProvider,
} from './provider.ts'

/** How the sandbox is made to work as other gateways do. */
export interface SandboxShape {
  readonly shape?: (sound: Gateway) => Gateway
  readonly keyRetentionMs?: number
  /** Nothing can be looked up, so nothing that it says may get lost. */
  readonly blind?: boolean
}

/** Captures at once, and refunds as a whole or not at all. */
const plain = (sound: Gateway): Gateway => {
  const { redirect } = sound.capabilities.methods
  const method = redirect && { ...redirect, partialRefund: false }
  const methods = method && { card: method, redirect: method, bank_transfer: method }
  return { ...sound, capabilities: { ...sound.capabilities, methods: methods ?? {} } }
}

/** The first of two requests has made the charge: whoever is refused an answer to the second one knows nothing of it. */
const twoRequests = (sound: Gateway): Gateway => {
  const inner = twoSteps(sound)
  return {
    ...inner,
    read(response, command) {
      const answer = inner.read(response, command)
      const isSecond = (command.kind === 'authorize' || command.kind === 'sale') && /-\d+$/.test(command.key)
      if (!isSecond || answer.effect !== 'rejected' || response.status === 200) return answer
      return { effect: 'unknown', reason: `the second step was answered ${response.status}` }
    },
  }
}

/** The model gateways, by what sets each apart. */
export const SANDBOX_SHAPES = {
  full: {},
  silent: { shape: silent }, // no webhooks: lookups only
  blind: { shape: asynchronous, blind: true }, // no lookups: webhooks only, and every operation is acknowledged first
  two_step: { shape: twoRequests }, // a charge is two requests
  plain: { shape: plain }, // holds nothing, and reverses nothing
  by_reference: { shape: byReference }, // gives holds back by our reference only
  forgetful: { keyRetentionMs: 5_400_000 }, // keys expire after 90 minutes, and then execute anew
} as const satisfies Readonly<Record<string, SandboxShape>>

const SECRET = 'whsec_of_the_simulator_0123456789'
const FAULTS = {
  error_500: 'error_500_before',
  error_500_after: 'error_500_after',
  error_500_cached: 'error_500_cached',
  rate_limited: 'rate_limit',
  cut_off: 'cut_body',
  slow: 'slow',
} as const
const FRESH_MS = 50_000 // a replica is behind by less than the minute after which absence counts

type Wire = WireCharge | WireOperation | WireDispute
const isCharge = (one: Wire): one is WireCharge => one.object === 'charge'

const chargeOf = (acquirer: Acquirer): readonly ProviderCharge[] =>
  acquirer.books().charges.map((one) => ({ ...one, challenged: one.status === 'requires_action' }))

const operationOf = (one: WireOperation): ProviderOperation => ({
  id: one.id,
  kind: one.object,
  reference: one.reference,
  charge: one.charge,
  chargeReference: one.charge_reference,
  amount: BigInt(one.amount),
  currency: one.currency,
  stands: one.status === 'succeeded',
})

/** What a replica says that has not heard of the newest things yet. */
const behind = (reply: ProviderReply, now: number): ProviderReply => {
  const { status, body } = reply.response
  if (status !== 200) return reply
  const said = JSON.parse(body) as { data?: readonly { created_at: number }[]; created_at?: number }
  if (said.data !== undefined) {
    const data = said.data.filter((one) => one.created_at < now - FRESH_MS)
    return { ...reply, response: { ...reply.response, body: JSON.stringify({ ...said, data }) } }
  }
  if ((said.created_at ?? 0) < now - FRESH_MS) return reply
  return { ...reply, response: { status: 404, headers: reply.response.headers, body: NOT_FOUND } }
}
const NOT_FOUND = JSON.stringify({ error: { code: 'not_found', message: 'there is no such thing yet' } })

const garbled = (reply: ProviderReply): ProviderReply => ({
  ...reply,
  response: { ...reply.response, body: reply.response.body.replaceAll('"status":"', '"status":"quantum_') },
})

/** The sandbox's acquirer as a provider of the simulator, in one of its shapes. */
export const sandboxProvider =
  ({ shape = (sound) => sound, keyRetentionMs, blind = false }: SandboxShape): ProviderFactory =>
  (world) =>
    new SandboxProvider(world, shape, keyRetentionMs, blind)

class SandboxProvider implements SimulatedProvider {
  readonly #acquirer: Acquirer
  readonly #world: ProviderWorld
  readonly #shape: (sound: Gateway) => Gateway
  readonly #blind: boolean
  readonly #silent: boolean
  readonly #seen = new Map<string, WireOperation>()
  readonly #takenBack = new Set<string>()
  readonly #disputes = new Map<string, string>()
  #sink: (webhook: ProviderWebhook) => void = () => {}

  constructor(
    world: ProviderWorld,
    shape: (sound: Gateway) => Gateway,
    keyRetentionMs: number | undefined,
    blind: boolean,
  ) {
    this.#world = world
    this.#shape = shape
    this.#blind = blind
    this.#acquirer = createAcquirer({
      clock: world.clock,
      scheduler: world.scheduler,
      random: { bytes: (size) => world.dice.bytes(size) },
      webhookSecret: SECRET,
      ...(keyRetentionMs !== undefined && { keyRetentionMs }),
    })
    this.#silent = !this.gateway({ send: () => Promise.reject(new Error('only looked at')) }).capabilities.webhooks
    this.#acquirer.onWebhook(({ account, body }) => this.#announced(account, body))
  }

  #announced(account: string, body: Uint8Array): void {
    const { data } = JSON.parse(Buffer.from(body).toString()) as { data: Wire }
    if (data.object === 'dispute') {
      if (!this.#silent) this.#sink({ account, body, mayBeLost: false }) // nothing else tells of it
      return
    }
    if (!isCharge(data)) this.#seen.set(data.id, data)
    if (this.#silent) return
    const takenBack = data.status === 'failed' || data.status === 'returned'
    if (takenBack) this.#takenBack.add(data.id) // nobody asks about it again: what becomes of it is told by webhook only
    const isKnownElsewhere = data.reference !== null && !this.#takenBack.has(data.id)
    this.#sink({ account, body, mayBeLost: !this.#blind && isKnownElsewhere })
  }

  gateway(wire: Parameters<SimulatedProvider['gateway']>[0]): Gateway {
    const { acquirer: _, ...gateway } = sandbox({ acquirer: this.#acquirer, scheduler: this.#world.scheduler })
    return this.#shape({ ...gateway, transport: wire })
  }

  handle(request: GatewayRequest, account: string, fault?: ProviderFault): ProviderReply {
    const key = this.#acquirer.options.accounts[account]
    const how = fault === undefined || fault === 'lie_absent' || fault === 'lie_garbled' ? undefined : FAULTS[fault]
    const disarm =
      how === undefined ? undefined : this.#acquirer.fail({ how, ms: this.#world.dice.between(2_000, 45_000) })
    const reply = this.#acquirer.handle(request, key === undefined ? null : `Bearer ${key}`)
    disarm?.()
    if (fault === 'lie_absent' && request.method === 'GET') return behind(reply, this.#world.clock.now())
    return fault === 'lie_garbled' ? garbled(reply) : reply
  }

  onWebhook(sink: (webhook: ProviderWebhook) => void): void {
    this.#sink = sink
  }

  sign({ account, body }: ProviderWebhook) {
    const { webhookSecrets } = this.#acquirer.options
    return { account, headers: { [SIGNATURE_HEADER]: sign(webhookSecrets, this.#world.clock.now(), body) }, body }
  }

  charges(): readonly ProviderCharge[] {
    return chargeOf(this.#acquirer)
  }

  operations(): readonly ProviderOperation[] {
    return [...this.#seen.values()].map(operationOf)
  }

  challenge(charge: string, result: 'pass' | 'fail'): Readonly<Record<string, string>> {
    return this.#acquirer.challenge(charge, result).payload
  }

  elsewhere(act: Parameters<SimulatedProvider['elsewhere']>[0], charge: string, percent: number): boolean {
    if (this.#silent) return false // nobody would ever hear of it: only a report tells
    return actElsewhere(this.#acquirer, [...this.#seen.values()], act, charge, percent)
  }

  dispute(act: DisputeAct, charge: string): boolean {
    if (this.#silent) return false
    const done = disputeElsewhere(this.#acquirer, this.#disputes.get(charge), act, charge)
    if (done !== null) this.#disputes.set(charge, done)
    return done !== null
  }

  reports(close: boolean): readonly ProviderReport[] {
    if (close) this.#acquirer.settle()
    return this.#acquirer
      .settlements()
      .map((one) => ({ account: one.account, reader: sandboxReport(), bytes: settlementFile(one) }))
  }

  describe(request: GatewayRequest): RequestFacts {
    const body = request.body === null ? {} : (JSON.parse(request.body) as { reference?: string })
    return {
      reference: body.reference ?? null,
      key: request.headers[IDEMPOTENCY_HEADER] ?? null,
      mutating: request.method !== 'GET',
      what: `${request.method} ${request.path}`,
    }
  }
}
