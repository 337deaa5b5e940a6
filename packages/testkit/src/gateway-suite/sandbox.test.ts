import { describe, test } from 'vitest'
import { sandboxHarness } from './sandbox-harness.ts'
import { registerGatewaySuite } from './suite.ts'

describe('the sandbox over HTTP', () => {
  registerGatewaySuite(test, sandboxHarness)
})
