import { type BenchResult, median } from '../storage/result.ts'
import { runChaosBench } from './chaos.ts'
import { hangingHost, openShop, refusingUrl, type Shop } from './two-gateways.ts'

/** How the detour is measured. */
export interface FailoverBenchOptions {
  /** Payments a case; 300 if absent. */
  readonly payments?: number
  /** Payments of the run with faults everywhere; 10,000 if absent. */
  readonly chaos?: number
  readonly onProgress?: (what: string) => void
}

const CALLER_DEADLINE_MS = 2_000
const WARM_UP = 50

/** Breakers that never open: every payment asks the primary first. */
const NO_BREAKER = { resilience: { breaker: { connectFailures: 100_000, minimumCalls: 100_000 } } } as const

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN

/** `count` payments one after another; all of them have to succeed. */
const durations = async (shop: Shop, count: number, gateway?: 'secondary'): Promise<number[]> => {
  const all: number[] = []
  for (let at = 0; at < count; at++) {
    const { ms, status } = await shop.pay(gateway)
    if (status !== 'succeeded') throw new Error(`a payment of the bench is ${status}`)
    all.push(ms)
  }
  return all
}

/** What a payment takes with the primary out of order, beside the same payment sent to the secondary at once: `value` is what is added. */
const detour = async (name: string, shop: Shop, payments: number): Promise<BenchResult[]> => {
  try {
    await durations(shop, WARM_UP, 'secondary')
    await durations(shop, WARM_UP)
    const pairs = { direct: [] as number[], around: [] as number[] }
    for (let round = 0; round < 5; round++) {
      pairs.direct.push(...(await durations(shop, payments / 5, 'secondary')))
      pairs.around.push(...(await durations(shop, payments / 5)))
    }
    return [
      ['p50', 0.5],
      ['p99', 0.99],
    ].map(([label, share]) => {
      const [direct, around] = [percentile(pairs.direct, share as number), percentile(pairs.around, share as number)]
      return result(`${name}: added, ${label}`, around - direct, direct)
    })
  } finally {
    await shop.close()
  }
}

const result = (name: string, value: number, baseline: number): BenchResult => ({
  suite: 'failover',
  case: name,
  unit: 'ms',
  value: Number(value.toFixed(2)),
  baseline: Number(baseline.toFixed(2)),
  ratio: Number((value / baseline).toFixed(3)),
})

/** When the caller is answered while the primary hangs, beside the deadline that it was promised. */
const hanging = async (name: string, expected: string, options: Parameters<typeof openShop>[1]) => {
  const host = await hangingHost()
  const shop = await openShop(host.url, {
    timings: { callerDeadlineMs: CALLER_DEADLINE_MS, attemptDeadlineMs: 4_000 },
    ...options,
  })
  try {
    const answers: number[] = []
    for (let at = 0; at < 3; at++) {
      const { ms, status } = await shop.pay()
      if (status !== expected) throw new Error(`${name}: ${status}`)
      answers.push(ms)
    }
    return result(name, median(answers), CALLER_DEADLINE_MS)
  } finally {
    host.close()
    await shop.close()
  }
}

/**
 * A shop with two gateways whose first one is out of order: what the detour costs a buyer, when a caller is answered by a gateway that
 * hangs, and what is left at the gateways after many payments with faults everywhere.
 */
export async function* runFailoverBench(options: FailoverBenchOptions = {}): AsyncIterable<BenchResult> {
  const { payments = 300, chaos = 10_000, onProgress = () => {} } = options
  onProgress('failover: connections refused')
  yield* await detour('connections refused', await openShop(await refusingUrl(), NO_BREAKER), payments)
  onProgress('failover: breaker open')
  yield* await detour('breaker open', await openShop(await refusingUrl()), payments)
  onProgress('failover: the primary hangs')
  yield await hanging('hangs: answered `processing`, beside the deadline', 'processing', {})
  yield await hanging('hangs: paid at the other, with the opt-in', 'succeeded', {
    failover: { onUnknown: true, afterMs: 500 },
  })
  yield* runChaosBench({ payments: chaos, onProgress })
}
