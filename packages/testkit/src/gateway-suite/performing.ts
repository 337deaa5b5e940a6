import assert from 'node:assert/strict'
import type { Answer, Command, Gateway, GatewayRequest, GatewayResponse } from '@florin/core/gateways'

/** One request of a command, as it would be stored. */
export interface Step {
  readonly command: Command
  readonly request: GatewayRequest
}

/** What became of a request that was sent once. */
export interface Outcome {
  readonly answer: Answer
  /** Null where nothing came back. */
  readonly response: GatewayResponse | null
}

/** A request, and what became of it. */
export type PerformedStep = Step & Outcome

/** How a command went. */
export interface Performance {
  /** Every request, in order; all but the last were answered `next`. */
  readonly steps: readonly PerformedStep[]
  readonly last: PerformedStep
  /** That of the last step. */
  readonly answer: Answer
}

const MOST_STEPS = 8 // a gateway that always wants one more request is broken
const WITHIN_MS = 10_000

/** Sends one step once, as core does, and reads its answer. */
export const sendStep = async (
  gateway: Gateway,
  { command, request }: Step,
  withinMs = WITHIN_MS,
): Promise<Outcome> => {
  const sent = await gateway.transport.send(request, { account: command.account, deadline: Date.now() + withinMs })
  if (sent.outcome === 'answered') return { answer: gateway.read(sent.response, command), response: sent.response }
  return { answer: { effect: sent.outcome, reason: sent.reason }, response: null }
}

/** Turns a command into its first step. */
export const firstStep = (gateway: Gateway, command: Command): Step => ({ command, request: gateway.request(command) })

/** The further request that an answer asks for, the n-th after the first: of the same command, under a key of its own. */
export const furtherStep = ({ command }: Step, request: GatewayRequest, nth: number): Step => ({
  command: { ...command, key: `${command.key}-${nth}` },
  request,
})

/** Goes on from a step to the end: whatever the answer asks for next, under a further key. */
export const performFrom = async (gateway: Gateway, first: Step, withinMs = WITHIN_MS): Promise<Performance> => {
  const steps: PerformedStep[] = []
  for (let step = first; ; ) {
    const last = { ...step, ...(await sendStep(gateway, step, withinMs)) }
    const { answer } = last
    steps.push(last)
    if (answer.effect !== 'next') return { steps, last, answer }
    assert.ok(steps.length < MOST_STEPS, `the command wants more than ${MOST_STEPS} requests`)
    step = furtherStep(first, answer.step.request, steps.length)
  }
}

/** Runs a command from its request to its answer. */
export const performCommand = (gateway: Gateway, command: Command, withinMs = WITHIN_MS): Promise<Performance> =>
  performFrom(gateway, firstStep(gateway, command), withinMs)
