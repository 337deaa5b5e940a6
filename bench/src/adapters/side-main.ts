import { randomBytes } from 'node:crypto'
import type { Work } from './measure.ts'
import type { Payer, SideReport } from './side.ts'

/** Only the side that is measured is loaded: the other would count in its memory. */
const payerOf = async ({ provider, side, url }: Work): Promise<Payer> => {
  const run = randomBytes(8).toString('hex').slice(0, 13)
  if (side === 'florin') return (await import('./florin-payer.ts')).florinPayer(provider, url, run)
  if (provider === 'stripe') return (await import('./stripe-payer.ts')).stripePayer(url, run)
  return (await import('./adyen-payer.ts')).adyenPayer(url, run)
}

/** Takes payments `first` to `last`, so many at once. */
const takeAll = async (payer: Payer, first: number, last: number, inFlight: number): Promise<void> => {
  let next = first
  const lane = async (): Promise<void> => {
    while (next < last) await payer.pay(next++)
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
}

const measure = async (work: Work): Promise<SideReport> => {
  const payer = await payerOf(work)
  await takeAll(payer, 0, work.warmUp, work.inFlight)
  const before = process.cpuUsage()
  const start = performance.now()
  await takeAll(payer, work.warmUp, work.warmUp + work.payments, work.inFlight)
  const elapsedMs = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  await payer.close()
  const rssBytes = process.resourceUsage().maxRSS * 1_024
  return { payments: work.payments, elapsedMs, cpuMs: (user + system) / 1_000, rssBytes }
}

measure(JSON.parse(process.argv[2] ?? '{}') as Work).then(
  (report) => process.send?.(report, () => process.exit(0)),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
