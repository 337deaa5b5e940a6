import { expect, test } from 'vitest'
import type { GatewayHarness } from './harness.ts'
import { sandboxHarness } from './sandbox-harness.ts'
import { gatewayCases, registerGatewaySuite } from './suite.ts'

/** What is registered with a runner: the titles that run, and those that are skipped. */
const registered = (harness: GatewayHarness): { readonly run: string[]; readonly skipped: string[] } => {
  const run: string[] = []
  const skipped: string[] = []
  const register = Object.assign((name: string) => void run.push(name), {
    skip: (name: string) => void skipped.push(name),
  })
  registerGatewaySuite(register, harness)
  return { run, skipped }
}

const { variants: _, deliveries: __, ...bare } = sandboxHarness

test('every case is registered, under its name and what it says', () => {
  const { run, skipped } = registered(sandboxHarness)
  expect(skipped).toEqual([])
  expect(run).toEqual(gatewayCases.map(({ name, says }) => `${name}: ${says}`))
  expect(new Set(run).size).toBe(run.length)
})

test('what the harness cannot do is skipped, with the reason', () => {
  const { approved, declined } = bare.methods
  const { run, skipped } = registered({ ...bare, methods: { approved, declined } })
  expect(run.length + skipped.length).toBe(gatewayCases.length)
  expect(skipped.length).toBe(10)
  for (const title of skipped)
    expect(title).toMatch(/\(skipped: the harness has no (methods|variants|deliveries)\.[A-Za-z]+\)$/)
})

test('what the author skips is skipped with the author’s reason', () => {
  const { skipped } = registered({ ...sandboxHarness, skips: { 'webhooks.replay_window': 'it signs no time' } })
  expect(skipped).toEqual([expect.stringMatching(/^webhooks\.replay_window: .+ \(skipped: it signs no time\)$/)])
})

test('a skip without a reason is refused', () => {
  expect(() => registered({ ...sandboxHarness, skips: { 'flow.sale': ' ' } })).toThrow(
    "sandbox: skips['flow.sale'] is empty",
  )
})
