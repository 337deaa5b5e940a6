import type { GatewayResponse } from '@florin/core/gateways'
import type { AdyenFault } from './faults.ts'
import { BROKEN, IN_PROGRESS, type Problem, RATE_LIMITED, TRANSIENT } from './problem.ts'

/** What the wire is to do with an answer: send it, never send it, or break off half-way. */
export interface Exchange {
  readonly response: GatewayResponse
  readonly wire: 'answer' | 'drop' | 'cut'
  /** Milliseconds before the answer leaves. */
  readonly delayMs: number
  /** To be called when the answer leaves: until then its idempotency key is in flight. */
  readonly release: () => void
}

const nothing = (): void => {}

/** An answer that leaves at once. */
export const answer = (response: GatewayResponse): Exchange => ({
  response,
  wire: 'answer',
  delayMs: 0,
  release: nothing,
})

/** A refusal that leaves at once. */
export const refuse = (problem: Problem, pspReference: string | null = null): Exchange =>
  answer(problem.response(pspReference))

/** Faults that strike before anything is done. */
export const before = (fault: AdyenFault | undefined): Exchange | null => {
  switch (fault?.how) {
    case 'drop_before':
      return { ...refuse(BROKEN), wire: 'drop' }
    case 'error_500_before':
      return refuse(BROKEN)
    case 'transient':
      return refuse(TRANSIENT)
    case 'in_progress':
      return refuse(IN_PROGRESS)
    case 'rate_limit':
      return refuse(RATE_LIMITED)
    default:
      return null
  }
}

/** Faults that strike on the way back. */
export const shape = (fault: AdyenFault | undefined, response: GatewayResponse, release: () => void): Exchange => {
  switch (fault?.how) {
    case 'drop_after':
      return { response, wire: 'drop', delayMs: 0, release }
    case 'cut_body':
      return { response, wire: 'cut', delayMs: 0, release }
    case 'error_500_after':
      return { ...refuse(BROKEN), release }
    case 'slow':
      return { response, wire: 'answer', delayMs: fault.ms ?? 1_000, release }
    default:
      return { response, wire: 'answer', delayMs: 0, release }
  }
}
