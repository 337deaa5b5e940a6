import { createIds, systemRuntime } from '@florin/core'
import type {
  Answer,
  ChargeCommand,
  Command,
  CommandMethod,
  Gateway,
  GatewayResponse,
  LookupCommand,
  MutatingKind,
  RawDelivery,
  Target,
} from '@florin/core/gateways'

/** A command, and what a provider answered to it. */
export interface Exchange {
  readonly command: Command
  readonly response: GatewayResponse
}

/** What fuzzing begins with: real answers and webhooks of one gateway. */
export interface Samples {
  readonly name: string
  readonly gateway: Gateway
  readonly exchanges: readonly Exchange[]
  readonly deliveries: readonly RawDelivery[]
  /** What must appear in no error. */
  readonly secrets: readonly string[]
  /** Whether the signature is over the whole body; Adyen's is over eight fields. */
  readonly signsBody: boolean
  /** Signs a body anew, as somebody who holds the key would. */
  sign(delivery: RawDelivery, body: Uint8Array): RawDelivery
}

/** What is asked of a provider for the samples. */
export interface Asking {
  readonly gateway: Gateway
  readonly approved: CommandMethod
  readonly others: readonly CommandMethod[]
  readonly sold: CommandMethod
}

const { clock, random } = systemRuntime()
const ids = createIds(clock, random)
const AMOUNT = 10_000n

const common = (gateway: Gateway, amount = AMOUNT) => {
  const attempt = ids.make('att')
  return { attempt, key: attempt as string, account: gateway.accounts[0], amount, currency: 'EUR' } as const
}

const charge = (gateway: Gateway, method: CommandMethod, kind: ChargeCommand['kind']): ChargeCommand => ({
  kind,
  ...common(gateway),
  method,
  merchantReference: 'order-1',
  returnUrl: 'https://shop.test/return?order=1',
  description: 'Two florins',
  customer: { id: null, email: null, ip: null },
})

const lookup = (gateway: Gateway, of: MutatingKind, target: Target, parent: Target | null): LookupCommand => ({
  kind: 'lookup',
  ...common(gateway),
  of,
  target,
  parent,
})

/** Asks a provider for one of everything, and keeps what was said. */
export const ask = async ({ gateway, approved, others, sold }: Asking): Promise<readonly Exchange[]> => {
  const kept: Exchange[] = []
  const run = async (command: Command): Promise<Answer> => {
    const context = { account: command.account, deadline: clock.now() + 30_000 }
    const sent = await gateway.transport.send(gateway.request(command), context)
    if (sent.outcome !== 'answered') throw new Error(`no answer to ${command.kind}: ${sent.reason}`)
    kept.push({ command, response: sent.response })
    const answer = gateway.read(sent.response, command)
    if (answer.effect !== 'next') return answer
    const step = await gateway.transport.send(answer.step.request, context)
    if (step.outcome !== 'answered') throw new Error(`no answer to a step of ${command.kind}`)
    kept.push({ command, response: step.response })
    return gateway.read(step.response, command)
  }
  const done = async (command: Command): Promise<Target> => {
    const answer = await run(command)
    return { attempt: command.attempt, gatewayId: 'gatewayId' in answer ? (answer.gatewayId ?? null) : null }
  }
  const look = async (of: MutatingKind, target: Target, parent: Target | null): Promise<void> => {
    for (const by of gateway.capabilities.lookupBy)
      await run(lookup(gateway, of, by === 'gateway_id' ? target : { ...target, gatewayId: null }, parent))
  }
  const held = await done(charge(gateway, approved, 'authorize'))
  await look('authorize', held, null)
  const captured = await done({ kind: 'capture', ...common(gateway), target: held, final: true })
  await look('capture', captured, held)
  const refunded = await done({
    kind: 'refund',
    ...common(gateway, 1_000n),
    target: held,
    capture: captured,
    reason: null,
  })
  await look('refund', refunded, held)
  const other = await done(charge(gateway, approved, 'authorize'))
  const canceled = await done({ kind: 'cancel', ...common(gateway), target: other })
  await look('cancel', canceled, other)
  for (const method of others) await look('authorize', await done(charge(gateway, method, 'authorize')), null)
  const sale = await done(charge(gateway, sold, 'sale'))
  await look('sale', sale, null)
  await run({ kind: 'complete', ...common(gateway), target: held, payload: { redirectResult: 'X6XtfGC3!Y' } })
  await run({ kind: 'capture', ...common(gateway, 99_999n), target: held, final: true }) // refused
  return kept
}
