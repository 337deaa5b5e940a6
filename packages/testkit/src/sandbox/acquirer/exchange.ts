import type { GatewayResponse } from '@florin/core/gateways'
import { REPLAYED_HEADER } from '../wire.ts'
import type { Fault } from './faults.ts'
import { JSON_HEADERS, refusalResponse, type WireErrorCode } from './refusal.ts'

/** What the wire is to do with an answer: send it, refuse the connection, never answer, or break off half-way. */
export interface Exchange {
  readonly response: GatewayResponse
  readonly wire: 'answer' | 'refuse' | 'drop' | 'cut'
  /** Milliseconds before the answer leaves. */
  readonly delayMs: number
  /** To be called when a delayed answer leaves: until then its idempotency key is in flight. */
  readonly release: () => void
}

/** The release of an answer that was not delayed. */
export const nothing = (): void => {}
/** An answer that leaves at once. */
export const answer = (response: GatewayResponse): Exchange => ({
  response,
  wire: 'answer',
  delayMs: 0,
  release: nothing,
})
/** A refusal that leaves at once. */
export const refuse = (code: WireErrorCode, message: string): Exchange => answer(refusalResponse(code, message))
/** The acquirer is down: the connection is refused. */
export const DOWN: Exchange = { ...refuse('internal_error', 'down'), wire: 'refuse' }
const LATER_HEADERS = Object.freeze({ ...JSON_HEADERS, 'retry-after': '1' })
/** The headers of an answer that was given before. */
export const REPLAYED_HEADERS = Object.freeze({ ...JSON_HEADERS, [REPLAYED_HEADER]: 'true' })
const RATE_LIMITED = refusalResponse('rate_limited', 'too many requests', LATER_HEADERS)
/** The first request with this key is still at work. */
export const IN_FLIGHT = refusalResponse('in_flight', 'the first request with this key is still running', LATER_HEADERS)
/** What an acquirer says when it does not know what happened. */
export const BROKEN = refusalResponse('internal_error', 'something broke')

/** Faults that strike before anything is done. */
export const before = (fault: Fault | undefined): Exchange | null => {
  switch (fault?.how) {
    case 'drop_before':
      return DOWN
    case 'error_500_before':
      return answer(BROKEN)
    case 'rate_limit':
      return answer(RATE_LIMITED)
    default:
      return null
  }
}

/** Faults that strike on the way back. */
export const shape = (
  fault: Fault | undefined,
  response: GatewayResponse,
  release: () => void,
  delayMs = 0,
): Exchange => {
  switch (fault?.how) {
    case 'drop_after':
      return { response, wire: 'drop', delayMs: 0, release }
    case 'cut_body':
      return { response, wire: 'cut', delayMs: 0, release }
    case 'error_500_after':
    case 'error_500_cached':
      return answer(BROKEN)
    case 'slow':
      return { response, wire: 'answer', delayMs: fault.ms ?? 1_000, release }
    default:
      return { response, wire: 'answer', delayMs, release }
  }
}
