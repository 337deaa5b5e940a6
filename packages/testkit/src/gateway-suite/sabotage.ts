import type {
  Answer,
  Command,
  Gateway,
  GatewayFact,
  GatewayRequest,
  GatewayResponse,
  Transport,
} from '@florin/core/gateways'
import type { SandboxDouble } from '../provider/index.ts'
import type { GatewayCaseName } from './catalogue/gateway-cases.ts'
import type { GatewayHarness } from './harness.ts'
import { sandboxHarness } from './sandbox-harness.ts'
import { gatewayCases } from './suite.ts'

/** Plants one defect into a sound gateway. */
export type Sabotage = (sound: Gateway) => Gateway

/** A harness whose gateways all have the defect. */
export const sabotaged = (sabotage: Sabotage): GatewayHarness<SandboxDouble> => ({
  ...sandboxHarness,
  gateway: (provider, baseUrl) => sabotage(sandboxHarness.gateway(provider, baseUrl)),
  variants: {
    ...sandboxHarness.variants,
    wrongCredential: (provider, baseUrl) =>
      sabotage(
        sandboxHarness.variants?.wrongCredential?.(provider, baseUrl) ?? sandboxHarness.gateway(provider, baseUrl),
      ),
  },
})

/** What a case says about a harness: null where it passes. */
export const complaint = async (
  name: GatewayCaseName,
  harness: GatewayHarness<SandboxDouble>,
): Promise<string | null> => {
  const found = gatewayCases.find((each) => each.name === name)
  if (found === undefined) throw new Error(`there is no case ${name}`)
  return found.run(harness).then(
    () => null,
    (error: Error) => error.message,
  )
}

/** The adapter takes some commands for others, when it asks and when it reads. */
export const commands =
  (change: (command: Command) => Command): Sabotage =>
  (sound) => ({
    ...sound,
    request: (command) => sound.request(change(command)),
    read: (response, command) => sound.read(response, change(command)),
  })

/** The adapter writes other requests. */
export const requests =
  (change: (request: GatewayRequest, command: Command) => GatewayRequest): Sabotage =>
  (sound) => ({ ...sound, request: (command) => change(sound.request(command), command) })

/** The adapter writes other bodies. */
export const bodies = (change: (body: Record<string, unknown>, command: Command) => void): Sabotage =>
  requests((request, command) => {
    if (request.body === null) return request
    const body = JSON.parse(request.body) as Record<string, unknown>
    change(body, command)
    return { ...request, body: JSON.stringify(body) }
  })

/** The adapter draws other conclusions. */
export const answers =
  (change: (answer: Answer, command: Command, response: GatewayResponse) => Answer): Sabotage =>
  (sound) => ({ ...sound, read: (response, command) => change(sound.read(response, command), command, response) })

/** The adapter overlooks what an answer says, and reads what it expected. */
export const blindTo =
  (expected: (command: Command) => Readonly<Record<string, unknown>>): Sabotage =>
  (sound) => ({
    ...sound,
    read(response, command) {
      try {
        const body = { ...(JSON.parse(response.body) as object), ...expected(command) }
        return sound.read({ ...response, body: JSON.stringify(body) }, command)
      } catch {
        return sound.read(response, command)
      }
    },
  })

/** The transport does something else. */
export const transports =
  (change: (sound: Transport) => Partial<Transport>): Sabotage =>
  (sound) => ({ ...sound, transport: { ...sound.transport, ...change(sound.transport) } })

/** The adapter makes other facts of a body. */
export const facts =
  (change: (facts: readonly GatewayFact[]) => readonly GatewayFact[]): Sabotage =>
  (sound) => ({ ...sound, parse: (body, account) => change(sound.parse(body, account)) })

let sends = 0

/** A transport that retries as many HTTP clients do: as if every sending were another command. */
export const freshKeys = (of: RegExp): Sabotage =>
  transports(({ send }) => ({
    send: (request, context) => {
      sends += 1
      const headers = { ...request.headers, 'idempotency-key': `fresh-${sends}` }
      return send(of.test(request.path) && request.method === 'POST' ? { ...request, headers } : request, context)
    },
  }))

/** A transport that takes every failure for proof that nothing was sent. */
export const hopeful: Sabotage = transports(({ send }) => ({
  async send(request, context) {
    const sent = await send(request, context)
    return sent.outcome === 'unknown' ? { outcome: 'not_sent', reason: sent.reason } : sent
  },
}))

/** An adapter that answers a cancel without giving it. */
export const idleCancel: Sabotage = (sound) => ({
  ...sound,
  request: (command) =>
    command.kind === 'cancel'
      ? { method: 'GET', path: `/v1/charges/${command.target.gatewayId ?? ''}`, headers: {}, body: null }
      : sound.request(command),
  read: (response, command) =>
    command.kind === 'cancel'
      ? { effect: 'applied', gatewayId: `can_${command.attempt}` }
      : sound.read(response, command),
})
