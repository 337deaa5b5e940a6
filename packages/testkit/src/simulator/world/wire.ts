import type { GatewayRequest, Sent, Transport } from '@florin/core/gateways'
import { type Dice, hashOf } from '../engine/dice.ts'
import type { SimulatedProcess } from '../engine/process.ts'
import type { SimulatedTime } from '../engine/time.ts'
import type { ProviderFault, ProviderReply, SimulatedProvider } from './provider.ts'
import type { Records } from './records.ts'
import type { Weather } from './weather.ts'

/** What the wire between one server and one gateway is made of. */
export interface WireParts {
  readonly gateway: string
  readonly provider: Pick<SimulatedProvider, 'describe' | 'handle'>
  readonly process: SimulatedProcess
  readonly time: SimulatedTime
  readonly weather: Weather
  readonly records: Records
  readonly dice: Dice
  readonly note: (line: string) => void
}

const ON_THE_WAY = [
  'outage',
  'refused',
  'request_lost',
  'request_late',
  'doubled',
  'answer_lost',
  'answer_late',
] as const
const AT_THE_GATEWAY = [
  'error_500',
  'error_500_after',
  'error_500_cached',
  'rate_limited',
  'cut_off',
  'slow',
  'lie_absent',
  'lie_garbled',
] as const satisfies readonly ProviderFault[]

const LATEST_MS = 50_000 // a request takes effect within a minute of its sending, or never: what the model gateways document

/** How a request travels. */
interface Journey {
  /** Milliseconds to the gateway; null: it never arrives. */
  readonly there: number | null
  /** A second copy, so much later. */
  readonly again: number | null
  /** Milliseconds back; null: the answer gets lost. */
  readonly back: number | null
  /** The sender is cut off after so long, whatever happens there. */
  readonly resetAfter: number | null
}

const journeyOf = (fault: (typeof ON_THE_WAY)[number] | undefined, dice: Dice): Journey => {
  const there = dice.below(60)
  const back = dice.below(60)
  const smooth: Journey = { there, again: null, back, resetAfter: null }
  const reset = dice.chance(50) ? dice.below(3_000) : null // else nobody says anything, and the deadline passes
  switch (fault) {
    case 'request_lost':
      return { ...smooth, there: null, resetAfter: reset }
    case 'request_late': {
      const late = dice.between(3_000, LATEST_MS)
      return { ...smooth, there: late, back: reset === null ? back : null, resetAfter: reset }
    }
    case 'doubled':
      return { ...smooth, again: dice.below(LATEST_MS) }
    case 'answer_lost':
      return { ...smooth, back: null, resetAfter: reset === null ? null : there + reset }
    case 'answer_late':
      return { ...smooth, back: dice.between(2_000, 120_000) }
    default:
      return smooth
  }
}

const sentOf = ({ wire, response }: ProviderReply): Sent | undefined => {
  if (wire === 'answer') return { outcome: 'answered', response }
  if (wire === 'refuse') return { outcome: 'not_sent', reason: 'connection refused' }
  return wire === 'cut' ? { outcome: 'unknown', reason: 'the answer broke off' } : undefined
}

/** Carries requests through the simulated network, which loses, delays, doubles and reorders them. */
export const simulatedWire = (parts: WireParts): Transport => ({
  send: (request, { account, deadline }) => {
    const { process, records, provider, gateway, time } = parts
    const facts = provider.describe(request)
    const bytes = `${request.method} ${request.path}\n${JSON.stringify(request.headers)}\n${request.body ?? ''}`
    const name = `send ${gateway} ${facts.what}`
    return process.port(name, () => {
      parts.note(
        `${process.name} sends ${gateway}/${account} ${facts.what} ${hashOf(bytes).toString(16)} ${facts.reference ?? ''}`,
      )
      const durable = records.changes.length
      records.requests.push({ at: time.now(), server: process.name, gateway, account, ...facts, bytes, durable })
      return travel(parts, request, account, deadline)
    })
  },
})

const travel = (parts: WireParts, request: GatewayRequest, account: string, deadline: number): Promise<Sent> => {
  const { process, provider, time, weather, dice, gateway, note } = parts
  const fault = weather.strikes(ON_THE_WAY, gateway)
  return new Promise<Sent>((resolve) => {
    let settled = false
    /** In the sender's process, which may be paused or dead by then. */
    const answer = (afterMs: number, sent: Sent): void =>
      void process.after(afterMs, () => {
        if (settled) return
        settled = true
        note(
          `${process.name} hears ${gateway} ${sent.outcome} ${sent.outcome === 'answered' ? sent.response.status : sent.reason}`,
        )
        resolve(sent)
      })
    if (fault === 'refused' || fault === 'outage') {
      return answer(dice.below(20), { outcome: 'not_sent', reason: 'connection refused' })
    }
    const journey = journeyOf(fault, dice)
    let turnedAway = false // a request that was refused for now is gone: whoever would deliver it twice heard that, too
    const arrive = (backMs: number | null) => (): void => {
      if (turnedAway) return
      const wrong = weather.strikes(AT_THE_GATEWAY, gateway)
      const reply = provider.handle(request, account, wrong)
      note(
        `${gateway} got ${request.method} ${request.path} -> ${reply.wire} ${reply.response.status}${wrong === undefined ? '' : ` ${wrong}`}`,
      )
      turnedAway = reply.response.status === 429
      if (reply.delayMs > 0) time.after(reply.delayMs, reply.release)
      const sent = sentOf(reply)
      if (backMs !== null && sent !== undefined) answer(reply.delayMs + backMs, sent)
    }
    if (journey.there !== null) time.after(journey.there, arrive(journey.back))
    if (journey.there !== null && journey.again !== null) time.after(journey.there + journey.again, arrive(null))
    if (journey.resetAfter !== null) answer(journey.resetAfter, { outcome: 'unknown', reason: 'connection reset' })
    answer(Math.max(0, deadline - process.runtime.clock.now()), { outcome: 'unknown', reason: 'no answer in time' })
  })
}
