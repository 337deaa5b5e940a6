import { type Florin, isFlorinError } from '@florin/core'
import type { Storage } from '@florin/core/storage'
import { benchFlorin, nextReference, pay, payFor, workRate } from '../payments/florin-run.ts'
import { zeroGateway } from '../payments/zero-gateway.ts'
import { postgres } from '../zz-pg/index.ts'

/** An SDK over a schema. */
export interface FlorinSide {
  readonly florin: Florin<'zero'>
  readonly storage: Storage
  /** Does `work` so often (a payment if absent), and gives how often a second, until the last event had its position. */
  rate(count: number, inFlight: number, work?: () => Promise<unknown>): Promise<number>
  close(): Promise<void>
}

export const florinSide = async (url: string, schema: string, gatewayMs = 0): Promise<FlorinSide> => {
  const storage = postgres({ url, schema })
  const florin = await benchFlorin(storage, zeroGateway(gatewayMs))
  return {
    florin,
    storage,
    async rate(count, inFlight, work = () => pay(florin)) {
      const start = performance.now()
      await workRate(count, inFlight, work)
      await allSealed(storage)
      return count / ((performance.now() - start) / 1_000)
    },
    close: () => florin.close(),
  }
}

const POLL_MS = 2
const PATIENCE_MS = 60_000

/** Resolves when every committed event has its position: lag 0. */
export const allSealed = async (storage: Storage): Promise<void> => {
  const until = performance.now() + PATIENCE_MS
  while ((await storage.unsealed(1, 'all')).length > 0) {
    if (performance.now() > until) throw new Error(`events had no position ${PATIENCE_MS} ms after the last commit`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Two callers, each with a key of its own, want one order to be paid at the same time: one payment, and one refusal. */
export const payTwice = async (florin: Florin<'zero'>): Promise<void> => {
  const reference = nextReference()
  const calls = ['a', 'b'].map((caller) => payFor(florin, reference, `key-${reference}-${caller}`))
  const settled = await Promise.allSettled(calls)
  const refused = settled.filter((one) => one.status === 'rejected' && isFlorinError(one.reason, 'reference_taken'))
  const paid = settled.filter(({ status }) => status === 'fulfilled')
  if (paid.length !== 1 || refused.length !== 1) {
    throw new Error(`two callers paid one order: ${JSON.stringify(settled)}`)
  }
}
