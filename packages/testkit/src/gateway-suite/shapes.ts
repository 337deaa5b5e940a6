// The sandbox, made to work as other gateways do: so the suite is known to take more than one kind of gateway.

import { type Answer, type Command, FlorinError, type Gateway } from '@florin/core/gateways'
import type { SandboxDouble } from '../provider/index.ts'
import type { GatewayHarness } from './harness.ts'
import { facts, type Sabotage, sabotaged } from './sabotage.ts'

const OPERATIONS = new Set(['capture', 'cancel', 'refund', 'increment'])
const FAR = Date.UTC(2100, 0, 1)

const acknowledged = (answer: Answer): Answer =>
  answer.effect === 'applied'
    ? { effect: 'pending', gatewayId: answer.gatewayId, awaits: 'gateway', expiresAt: FAR }
    : answer

/** Acknowledges what is done to a charge, and decides it by webhook; nothing can be looked up. */
export const asynchronous: Sabotage = (sound) => ({
  ...sound,
  capabilities: { ...sound.capabilities, lookupBy: [], reports: true },
  request(command) {
    if (command.kind === 'lookup') throw new FlorinError('invalid_request', 'this gateway has no lookup')
    return sound.request(command)
  },
  read(response, command) {
    const answer = sound.read(response, command)
    return OPERATIONS.has(command.kind) ? acknowledged(answer) : answer
  },
})

const SECOND_STEP = /-\d+$/

/** Makes a charge in two requests, the second of which gives the answer. */
export const twoSteps: Sabotage = (sound) => ({
  ...sound,
  read(response, command) {
    const answer = sound.read(response, command)
    const charging = command.kind === 'authorize' || command.kind === 'sale'
    if (!charging || answer.effect !== 'applied' || SECOND_STEP.test(command.key)) return answer
    const { gatewayId } = answer
    const request = { method: 'GET', path: `/v1/charges/${gatewayId}`, headers: {}, body: null } as const
    return { effect: 'next', step: { request, gatewayId } }
  },
})

/** Says nothing by webhook: everything is found out by lookups. */
export const silent: Sabotage = (sound): Gateway => ({
  ...sound,
  capabilities: { ...sound.capabilities, webhooks: false },
  verify: () => {
    throw new FlorinError('webhook_rejected', 'this gateway has no webhooks')
  },
})

/** Holds nothing, captures at once, and refunds as a whole or not at all. */
export const plain: Sabotage = (sound) => {
  const method = {
    separateCapture: false,
    multiCapture: false,
    partialCapture: false,
    increment: false,
    refund: true,
    partialRefund: false,
    reverseBy: [],
  }
  return {
    ...sound,
    capabilities: { ...sound.capabilities, methods: { card: method, redirect: method, bank_transfer: method } },
    request(command) {
      const wallet = command.kind === 'sale' && /_pay$/.test(command.method.type)
      if (command.kind === 'authorize' || wallet || (command.kind === 'refund' && command.amount !== 10_000n))
        throw new FlorinError('invalid_request', `this gateway has no such ${command.kind}`)
      return sound.request(command)
    },
  }
}

/** Florin names a charge by its id, too, where it knows it. */
const named = (command: Command): Command =>
  command.kind === 'cancel' ? { ...command, target: { ...command.target, gatewayId: null } } : command

/** Gives holds back by our reference, and by nothing else. */
export const byReference: Sabotage = (sound) => {
  const { card } = sound.capabilities.methods
  if (card === undefined) return sound
  const methods = { card: { ...card, reverseBy: ['reference'] as const } }
  return {
    ...sound,
    capabilities: { ...sound.capabilities, methods },
    request(command) {
      if ((command.kind === 'authorize' || command.kind === 'sale') && command.method.type !== 'card')
        throw new FlorinError('invalid_request', 'this gateway takes cards')
      return sound.request(named(command))
    },
    read: (response, command) => sound.read(response, named(command)),
  }
}

/** To a bank that refuses what was accepted, nothing was ever done. */
const refusals: Sabotage = facts((told) =>
  told.map((fact) =>
    fact.answer.effect === 'undone'
      ? { ...fact, answer: { effect: 'rejected', decline: fact.answer.decline, gatewayId: fact.gatewayId } }
      : fact,
  ),
)

/** Fails each capture, or refund, as soon as the sandbox announces it. */
const failing = ({ acquirer }: SandboxDouble, kind: 'capture' | 'refund'): null => {
  acquirer.onWebhook(({ body }) => {
    const { type, data } = JSON.parse(Buffer.from(body).toString('utf8')) as { type: string; data: { id: string } }
    if (type === 'capture.succeeded' && kind === 'capture') acquirer.dashboard.failCapture(data.id)
    if (type === 'refund.succeeded' && kind === 'refund') acquirer.dashboard.failRefund(data.id)
  })
  return null
}

/** A harness for a gateway that accepts captures and refunds, which a bank then refuses. */
export const refusedLater = (defect: Sabotage = (sound) => sound): GatewayHarness<SandboxDouble> => ({
  ...sabotaged((sound) => defect(refusals(asynchronous(sound)))),
  name: 'refused',
  later: {
    captureRefused: (double) => failing(double, 'capture'),
    refundRefused: (double) => failing(double, 'refund'),
  },
})
