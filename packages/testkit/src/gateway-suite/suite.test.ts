import { FlorinError } from '@florin/core'
import { expect, test } from 'vitest'
import type { GatewayHarness } from './harness.ts'
import { answers, complaint, facts, requests, sabotaged } from './sabotage.ts'
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

const { variants: _, deliveries: __, later: ___, endedStatuses: ____, disputes: _____, ...bare } = sandboxHarness

test('every case is registered, under its name and what it says', () => {
  const captureRefused = () => null
  const refundRefused = () => null
  const { run, skipped } = registered({
    ...sandboxHarness,
    later: { ...sandboxHarness.later, captureRefused, refundRefused },
  })
  expect(skipped).toEqual([])
  expect(run).toEqual(gatewayCases.map(({ name, says }) => `${name}: ${says}`))
  expect(new Set(run).size).toBe(run.length)
})

test('what the harness cannot do is skipped, with the reason', () => {
  const { approved, declined } = bare.methods
  const { run, skipped } = registered({ ...bare, methods: { approved, declined } })
  expect(run.length + skipped.length).toBe(gatewayCases.length)
  expect(skipped.length).toBe(29)
  for (const title of skipped)
    expect(title).toMatch(
      /\(skipped: the harness has no ((methods|variants|deliveries|later|disputes)\.[A-Za-z]+|endedStatuses|disputes)\)$/,
    )
})

test('what the author skips is skipped with the author’s reason', () => {
  const { skipped } = registered({ ...sandboxHarness, skips: { 'webhooks.replay_window': 'it signs no time' } })
  expect(skipped).toContainEqual(expect.stringMatching(/^webhooks\.replay_window: .+ \(skipped: it signs no time\)$/))
})

test('a skip without a reason is refused', () => {
  expect(() => registered({ ...sandboxHarness, skips: { 'flow.sale': ' ' } })).toThrow(
    "sandbox: skips['flow.sale'] is empty",
  )
})

test('a declared command that `request` refuses is not taken for the fault that the case looks for', async () => {
  const refusing = requests((request, { kind }) => {
    if (kind !== 'increment') return request
    throw new FlorinError('invalid_request', 'it cannot be raised')
  })
  const said = await complaint('request.same_bytes', sabotaged(refusing))
  expect(said).toContain('Seen: it cannot be raised.')
  expect(said).toContain('declare it no longer')
})

test('a case that cannot begin says which cases come first', async () => {
  const lost = answers((answer, { kind }) => (kind === 'capture' ? { effect: 'unknown', reason: 'lost' } : answer))
  expect(await complaint('refund.full', sabotaged(lost))).toContain('To do: make the cases capture.* pass first')
  expect(await complaint('capture.full', sabotaged(lost))).toContain('To do: capture `command.amount`')
})

test('a webhook about one kind of operation that is read as about another is found', async () => {
  const mixedUp = facts((told) => told.map((fact) => (fact.of === 'cancel' ? { ...fact, of: 'refund' } : fact)))
  const said = await complaint('webhooks.agree', sabotaged(mixedUp))
  expect(said).toContain('a webhook with the reference of a cancel is read as about a refund')
})
