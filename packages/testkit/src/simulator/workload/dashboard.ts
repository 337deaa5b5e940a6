import type { Elsewhere } from '../plan/steps.ts'
import { type Cells, rowsOf } from '../world/rows.ts'
import type { Simulation } from '../world/simulation.ts'

/** What is done in dashboards to charges that were left behind, too; and with which shares to those first. */
const ON_WHAT_WAS_LEFT: ReadonlySet<Elsewhere> = new Set(['capture', 'cancel', 'refund', 'fail_capture', 'recapture'])
const LEFT_FIRST: ReadonlySet<number> = new Set([100, 30])

/** What was undone is done once more: of three lines of a report about one thing the last one counts as a duplicate, which is not mended yet. */
const ONCE_MORE: ReadonlySet<Elsewhere> = new Set(['recapture', 'repay_refund', 'represent_sale'])

/** What somebody does, at whatever gateway it is possible. */
interface Act {
  readonly act: Elsewhere
  readonly percent: number
}

/** A payment's attempts as they are committed, those that count apart from those that were left behind. */
const attemptsOf = async ({ inner }: Simulation, merchant: string, payment: string) => {
  const attempts = await rowsOf(inner, 'attempts', { merchant, payment })
  const [winner] = await rowsOf(inner, 'payment_winners', { merchant, payment })
  const isLeft = (one: Cells): boolean => (winner === undefined ? one.state === 'abandoned' : one.id !== winner.attempt)
  return { counts: attempts.filter((one) => !isLeft(one)), leftBehind: attempts.filter(isLeft) }
}

const doIt = (simulation: Simulation, attempts: readonly Cells[], { act, percent }: Act): boolean =>
  attempts.some((attempt) => {
    const provider = simulation.providers.get(String(attempt.gateway))
    const charge = provider?.charges().find((one) => one.reference === attempt.id)
    if (provider === undefined || charge === undefined || !provider.elsewhere(act, charge.id, percent)) return false
    simulation.note(`elsewhere ${act} ${charge.id}`)
    return true
  })

/** Who acts in a dashboard sees charges, and not which of them counts: the one that does first, or those that were left behind. */
export const actInDashboard = async (
  simulation: Simulation,
  merchant: string,
  payment: string,
  step: Act,
): Promise<void> => {
  if (simulation.plan.setUp.reports && ONCE_MORE.has(step.act)) return
  const { counts, leftBehind } = await attemptsOf(simulation, merchant, payment)
  if (!ON_WHAT_WAS_LEFT.has(step.act)) return void doIt(simulation, counts, step)
  const order = LEFT_FIRST.has(step.percent) ? [...leftBehind, ...counts] : [...counts, ...leftBehind]
  doIt(simulation, order, step)
}

/** Some accounts capture by themselves what Florin left behind there: all of it, or some. Which ones, the amount decides. */
export const captureByDefault = async (
  simulation: Simulation,
  merchant: string,
  payment: string,
  amountMinor: number,
): Promise<void> => {
  const percent = [100, 40, null][amountMinor % 3] ?? null
  if (percent === null) return
  const { leftBehind } = await attemptsOf(simulation, merchant, payment)
  doIt(simulation, leftBehind, { act: 'capture', percent })
}
