// The sandbox, made to work as other gateways do, passes the suite as they would.

import { describe, expect, test } from 'vitest'
import type { GatewayHarness } from './harness.ts'
import { complaint, type Sabotage, sabotaged } from './sabotage.ts'
import { sandboxHarness } from './sandbox-harness.ts'
import { asynchronous, byReference, plain, refusedLater, silent, twoSteps } from './shapes.ts'
import { registerGatewaySuite } from './suite.ts'

const LATER_SKIPS = {
  'flow.challenge': 'a completion that never arrived is found out by a lookup, and this gateway has none',
} as const

const { others: _, redirect: __, ...cardsOnly } = sandboxHarness.methods

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
describe('a gateway that cancels by reference', () =>
  registerGatewaySuite(test, { ...harnessOf('reference', byReference), methods: cardsOnly }))

test.each(['later.capture_refused', 'later.refund_refused'] as const)(
  '%s passes where a bank refuses what was accepted',
  async (name) => {
    expect(await complaint(name, refusedLater())).toBeNull()
  },
)
