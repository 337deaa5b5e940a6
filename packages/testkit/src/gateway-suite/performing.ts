import assert from 'node:assert/strict'
import type { Answer, Command, Gateway, GatewayRequest, GatewayResponse } from '@florin/core/gateways'

/** One request of a command, as it would be stored. */
export interface Step {
  readonly command: Command
  readonly request: GatewayRequest
}

/** How a command went: its steps, the last of which gave the answer. */
export interface Performance {
  readonly steps: readonly [Step, ...Step[]]
  readonly answer: Answer
  /** What came back to the last step; null where nothing did. */
  readonly response: GatewayResponse | null
}

const MOST_STEPS = 8 // a gateway that always wants one more request is broken
const WITHIN_MS = 10_000

/** Sends one step once, as core does, and reads its answer. */
export const sendStep = async (
  gateway: Gateway,
  { command, request }: Step,
  withinMs = WITHIN_MS,
): Promise<{ readonly answer: Answer; readonly response: GatewayResponse | null }> => {
  const sent = await gateway.transport.send(request, { account: command.account, deadline: Date.now() + withinMs })
  if (sent.outcome === 'answered') return { answer: gateway.read(sent.response, command), response: sent.response }
  return { answer: { effect: sent.outcome, reason: sent.reason }, response: null }
}

/** Goes on from a step to the end: whatever the answer asks for next, under a further key. */
export const performFrom = async (gateway: Gateway, first: Step, withinMs = WITHIN_MS): Promise<Performance> => {
  const steps: [Step, ...Step[]] = [first]
  for (let step = first; ; step = steps.at(-1) ?? first) {
    const { answer, response } = await sendStep(gateway, step, withinMs)
    if (answer.effect !== 'next') return { steps, answer, response }
    assert.ok(steps.length < MOST_STEPS, `the command wants more than ${MOST_STEPS} requests`)
    const command = { ...first.command, key: `${first.command.key}-${steps.length}` }
    steps.push({ command, request: answer.step.request })
  }
}

/** Turns a command into its first step. */
export const firstStep = (gateway: Gateway, command: Command): Step => ({ command, request: gateway.request(command) })

/** Runs a command from its request to its answer. */
export const performCommand = (gateway: Gateway, command: Command, withinMs = WITHIN_MS): Promise<Performance> =>
  performFrom(gateway, firstStep(gateway, command), withinMs)
