import { isFlorinError } from '@florin/core'
import { checkAll, type Violation } from './check/all.ts'
import { awaitingReports, type Evidence, gatherEvidence, unsettled } from './check/evidence.ts'
import { endsOf } from './check/invariants/ends.ts'
import { stepsOf } from './check/invariants/history.ts'
import { realNow, withoutRealWorld } from './engine/real-world.ts'
import { SIMULATION_START } from './engine/time.ts'
import type { Plan } from './plan/plan.ts'
import { Buyer } from './workload/buyer.ts'
import { Operators } from './workload/reconciling.ts'
import { createCallers } from './world/callers.ts'
import { type Cluster, createCluster } from './world/cluster.ts'
import { createSimulation, type Simulation, type Surroundings } from './world/simulation.ts'

/** What a run came to. */
export interface RunReport {
  readonly seed: number
  /** Two runs of one plan have the same. */
  readonly hash: string
  readonly violations: readonly Violation[]
  /** The diary, where it was kept. */
  readonly lines: readonly string[]
  readonly payments: number
  readonly virtualMs: number
  readonly events: number
  /** From the end of all faults until nothing was on its way; null: never. */
  readonly healedWithinMs: number | null
  readonly realMs: number
  readonly faults: Readonly<Record<string, number>>
  readonly checks: Readonly<Record<string, number>>
  /** `attempt sent>applied`, with how often. */
  readonly transitions: Readonly<Record<string, number>>
  readonly portCalls: Readonly<Record<string, number>>
  /** Calls of ports before the end of the workload. */
  readonly portCallsInWorkload: number
  /** What every payment came to, by its counters and attempts. */
  readonly ends: readonly string[]
}

/**
 * Runs a plan from its beginning to the end of its healing, and checks everything on the way. Never rejects for what the plan does. `endsBefore` is what
 * another run of it came to, with the same webhooks in another order: this one has to come to the same.
 */
export const runPlan = (
  plan: Plan,
  surroundings: Surroundings,
  endsBefore: readonly string[] | null = null,
): Promise<RunReport> => withoutRealWorld(() => new Run(plan, surroundings, endsBefore).report())

const LOOKS = 4 // checks while the workload runs: what is wrong stays wrong, or shows in the records
const FIRST_STEP_MS = 16_000
const MOST_STEPS = 15 // doubling: about six days
const DRAIN_MS = 90_000
const MOST_READINGS = 8
const HOUR_MS = 3_600_000

class Run {
  readonly #plan: Plan
  readonly #simulation: Simulation
  readonly #violations: Violation[] = []
  readonly #checks = new Map<string, number>()
  readonly #endsBefore: readonly string[] | null
  #cluster: Cluster | null = null
  #operators: Operators | null = null
  #living = 0
  #workCalls = 0
  #before: Evidence | null = null
  #events = 0
  #healedWithinMs: number | null = null

  constructor(plan: Plan, surroundings: Surroundings, endsBefore: readonly string[] | null) {
    this.#plan = plan
    this.#endsBefore = endsBefore
    this.#simulation = createSimulation(plan, surroundings)
  }

  async report(): Promise<RunReport> {
    const from = realNow()
    await this.#alive()
    await this.#healed()
    const { trace, weather, time } = this.#simulation
    this.#unexpected()
    const evidence = this.#before
    return {
      seed: this.#plan.seed,
      hash: trace.hash(),
      violations: this.#violations,
      lines: trace.lines,
      payments: evidence?.payments.length ?? 0,
      virtualMs: time.now() - SIMULATION_START,
      events: this.#events,
      healedWithinMs: this.#healedWithinMs,
      realMs: realNow() - from,
      faults: Object.fromEntries(weather.counts),
      checks: Object.fromEntries(this.#checks),
      transitions: evidence === null ? {} : transitionsIn(evidence),
      portCalls: Object.fromEntries(this.#cluster?.portCalls ?? []),
      portCallsInWorkload: this.#workCalls,
      ends: evidence === null ? [] : endsOf(evidence),
    }
  }

  /** The workload, with everything that goes wrong. */
  async #alive(): Promise<void> {
    const simulation = this.#simulation
    const { time } = simulation
    const cluster = await this.#through(createCluster(simulation))
    this.#cluster = cluster
    simulation.deliverTo(async (gateway, webhook) => {
      const [server] = shuffled(simulation, cluster.alive())
      const provider = simulation.providers.get(gateway)
      if (server?.florin == null || provider === undefined) throw new Error('nobody is there')
      const receipt = server.florin.webhooks.receive({ gateway, ...provider.sign(webhook) })
      await Promise.race([
        receipt,
        new Promise((_, reject) => void time.after(15_000, () => reject(new Error('not acknowledged')))),
      ])
    })
    cluster.work(this.#plan.profile === 'month' ? HOUR_MS : 1_500)
    const callers = createCallers(simulation, cluster)
    const operators = new Operators(simulation, createCallers(simulation, cluster, 'operators'))
    if (this.#plan.setUp.reports) this.#operators = operators
    for (const life of this.#plan.lives) this.#begin(life.at, () => new Buyer(simulation, callers, life).live())
    for (const reading of this.#plan.readings) this.#begin(reading.at, () => operators.read(reading))
    for (let look = 1; look <= LOOKS; look += 1) {
      this.#events += await time.run(SIMULATION_START + Math.floor((this.#plan.untilMs * look) / LOOKS))
      await this.#look('running')
    }
  }

  /** A story that begins so late, and has to come to its end before anything is judged. */
  #begin(at: number, live: () => Promise<void>): void {
    this.#living += 1
    const told = (error: unknown): void => void this.#simulation.records.errors.push(error)
    this.#simulation.time.after(
      at,
      () =>
        void live()
          .catch(told)
          .finally(() => (this.#living -= 1)),
    )
  }

  /** No more faults: whatever is on its way has to come to an end. */
  async #healed(): Promise<void> {
    const { time, weather } = this.#simulation
    weather.clear()
    const cluster = this.#cluster
    for (const count of cluster?.portCalls.values() ?? []) this.#workCalls += count
    if (cluster === null) return
    await this.#through(cluster.heal())
    cluster.work(null)
    const from = time.now()
    await this.#pass(DRAIN_MS) // stories that go on, and what is still on the wire
    for (let more = 0; more < MOST_STEPS && this.#living > 0; more += 1) await this.#pass(DRAIN_MS)
    this.#simulation.mail.release()
    if (!(await this.#settle())) return void (await this.#look('healed'))
    this.#healedWithinMs = time.now() - from
    await this.#readReports()
    const first = await this.#look('healed', this.#endsBefore)
    await this.#again(first)
  }

  /** Until nothing is on its way; false: it never came to that. */
  async #settle(): Promise<boolean> {
    let wasCalm = false
    for (let step = 0; step < MOST_STEPS; step += 1) {
      await this.#tick()
      const evidence = await gatherEvidence(this.#simulation, {
        phase: 'running',
        healedWithinMs: null,
        before: null,
        verified: null,
        endsBefore: null,
      })
      const calm = unsettled(evidence).length === 0 && this.#simulation.mail.open === 0
      // What awaits reports may be told of by a webhook that has not left yet: it gets a while longer.
      if (calm && (wasCalm || awaitingReports(evidence).size === 0)) return true
      wasCalm = calm
      await this.#pass(FIRST_STEP_MS * 2 ** step)
    }
    return false
  }

  /** Every webhook there ever was comes once more, in another order: nothing may change by that. */
  async #again(first: Evidence): Promise<void> {
    const { mail, dice, time } = this.#simulation
    if (mail.sent.length === 0) return
    const endsBefore = endsOf(first)
    const shuffle = dice.fork('again')
    for (const { gateway, webhook } of [...mail.sent])
      time.after(shuffle.below(20_000), () => mail.repeat(gateway, webhook))
    await this.#pass(60_000)
    await this.#settle()
    await this.#readReports()
    await this.#look('healed', endsBefore)
  }

  /** All reports there are, until they tell of nothing that gateways have to do something about: what they do is in the next ones. */
  async #readReports(): Promise<void> {
    const operators = this.#operators
    if (operators === null) return
    for (let more = 0; more < MOST_READINGS; more += 1) {
      const isNew = await this.#through(operators.readAll())
      await this.#settle()
      if (!isNew && more > 0) break
    }
    this.#simulation.reports.isRead = true
  }

  async #pass(ms: number): Promise<void> {
    this.#events += await this.#simulation.time.run(this.#simulation.time.now() + ms)
  }

  async #tick(): Promise<void> {
    const cluster = this.#cluster
    if (cluster !== null) await this.#through(cluster.tick())
  }

  /** Lets time go on until `work` ends. */
  async #through<T>(work: Promise<T>): Promise<T> {
    let ended = false
    const end = (): void => {
      ended = true
    }
    work.then(end, end)
    const { time } = this.#simulation
    this.#events += await time.run(time.now() + HOUR_MS, () => ended)
    if (!ended) throw new Error('nothing came of it within an hour')
    return work
  }

  async #look(phase: Evidence['phase'], endsBefore: readonly string[] | null = null): Promise<Evidence> {
    const florin = this.#cluster?.alive()[0]?.florin ?? null
    const verified = phase === 'healed' && florin !== null ? await this.#through(florin.verify()) : null
    const evidence = await gatherEvidence(this.#simulation, {
      ...{ phase, verified, endsBefore },
      healedWithinMs: this.#healedWithinMs,
      before: this.#before,
    })
    this.#violations.push(...checkAll(evidence, SIMULATION_START, this.#checks))
    this.#before = { ...evidence, before: null, everything: [] }
    return evidence
  }

  /** What reached nobody and is no failure of a port is a bug. */
  #unexpected(): void {
    for (const error of this.#simulation.records.errors) {
      if (isFlorinError(error) && EXPECTED.has(error.code)) continue
      const what = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)
      this.#violations.push({ invariant: 'no_unexpected_error', number: 0, what, at: this.#simulation.elapsed() })
    }
  }
}

const EXPECTED = new Set(['storage_unavailable', 'overloaded', 'conflict', 'webhook_rejected', 'closed'])

const shuffled = <T>({ dice, elapsed }: Simulation, items: readonly T[]): readonly T[] => {
  if (items.length < 2) return items
  const at = dice.fork(`deliver ${elapsed()}`).below(items.length)
  return [...items.slice(at), ...items.slice(0, at)]
}

const transitionsIn = (evidence: Evidence): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const [table, column] of [
    ['attempts', 'state'],
    ['payments', 'status'],
    ['refunds', 'state'],
  ] as const) {
    for (const { from, to } of stepsOf(evidence, table, column)) {
      const name = `${table} ${from}>${to}`
      counts[name] = (counts[name] ?? 0) + 1
    }
  }
  return counts
}
