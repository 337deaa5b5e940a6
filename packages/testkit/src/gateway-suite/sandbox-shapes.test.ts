// The sandbox, made to work as other gateways do: so the suite is known to take more than one kind of gateway.

import { type Answer, FlorinError, type Gateway } from '@florin/core/gateways'
import { describe, test } from 'vitest'
import type { GatewayHarness } from './harness.ts'
import { type Sabotage, sabotaged } from './sabotage.ts'
import { registerGatewaySuite } from './suite.ts'

const OPERATIONS = new Set(['capture', 'cancel', 'refund', 'increment'])
const FAR = Date.UTC(2100, 0, 1)

const acknowledged = (answer: Answer): Answer =>
  answer.effect === 'applied'
    ? { effect: 'pending', gatewayId: answer.gatewayId, awaits: 'gateway', expiresAt: FAR }
    : answer

/** Acknowledges what is done to a charge, and decides it by webhook; nothing can be looked up. */
const asynchronous: Sabotage = (sound) => ({
  ...sound,
  capabilities: { ...sound.capabilities, lookupBy: [] },
  request(command) {
    if (command.kind === 'lookup') throw new FlorinError('invalid_request', 'this gateway has no lookup')
    return sound.request(command)
  },
  read(response, command) {
    const answer = sound.read(response, command)
    return OPERATIONS.has(command.kind) ? acknowledged(answer) : answer
  },
})

const LATER_SKIPS = {
  'flow.challenge': 'a completion that never arrived is found out by a lookup, and this gateway has none',
} as const

const SECOND_STEP = /-\d+$/

/** Makes a charge in two requests, the second of which gives the answer. */
const twoSteps: Sabotage = (sound) => ({
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
const silent: Sabotage = (sound): Gateway => ({
  ...sound,
  capabilities: { ...sound.capabilities, webhooks: false },
  verify: () => {
    throw new FlorinError('webhook_rejected', 'this gateway has no webhooks')
  },
})

/** Holds nothing, captures at once, and refunds as a whole or not at all. */
const plain: Sabotage = (sound) => {
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

const harnessOf = (name: string, shape: Sabotage, skips: GatewayHarness['skips'] = {}) => ({
  ...sabotaged(shape),
  name,
  skips,
})

describe('a gateway that decides later', () =>
  registerGatewaySuite(test, harnessOf('later', asynchronous, LATER_SKIPS)))
describe('a gateway with charges in two steps', () => registerGatewaySuite(test, harnessOf('steps', twoSteps)))
describe('a gateway without webhooks', () => registerGatewaySuite(test, harnessOf('silent', silent)))
describe('a gateway that takes at once', () => registerGatewaySuite(test, harnessOf('plain', plain)))
