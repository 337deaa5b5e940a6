import { createFlorin, type Florin, type FlorinOptions, isFlorinError } from '@florin/core'
import type { Gateway } from '@florin/core/gateways'
import { type SimulatedProcess, simulatedProcess } from '../engine/process.ts'
import type { CrashSpec } from '../plan/plan.ts'
import { PLANS } from '../workload/settlement-plans.ts'
import { simulatedRail } from './bank.ts'
import { fxOf } from './exchange.ts'
import type { Simulation } from './simulation.ts'
import { simulatedStorage } from './storage.ts'
import { simulatedWire } from './wire.ts'

/** One server as it is now: a process, and Florin in it once it has started. */
export interface Server {
  readonly slot: number
  readonly process: SimulatedProcess
  florin: Florin | null
}

/** Several servers over one storage, which die and come back. */
export interface Cluster {
  /** Those that can be called now. */
  alive(): readonly Server[]
  /** Lets the servers work in the background by themselves, every so often, or no more. */
  work(everyMs: number | null): void
  /** Lets every server do one turn of background work, and waits for it. */
  tick(): Promise<void>
  /** Starts what is down, and lets nothing die any more. */
  heal(): Promise<void>
  readonly crashes: number
  /** Calls of ports by name, in every process so far. */
  readonly portCalls: ReadonlyMap<string, number>
}

const ONE_TRY = { retries: { policy: { kind: 'immediate', tries: 1 } } } as const

/** The least there is, in every currency of the plans. */
const LEAST = { EUR: '0.01', USD: '0.01', JPY: '1', KWD: '0.001' } as const

const optionsOf = ({ plan, time }: Simulation): Omit<FlorinOptions, 'storage' | 'gateways' | 'onError'> => {
  const { setUp } = plan
  const terms = {
    fee: { basisPoints: 290, fixed: { EUR: '0.25' } },
    refundLateSuccess: setUp.refundLateSuccess,
    ...(setUp.approvals && { refunds: { approvalAbove: LEAST, requestDays: 1 } }),
  }
  return {
    merchants: Object.fromEntries(setUp.merchants.map((merchant) => [merchant, terms])),
    defaultMerchant: setUp.merchants[0],
    failover: {
      onUnknown: setUp.failoverOnUnknown,
      afterMs: setUp.failoverAfterMs,
      maxAttempts: setUp.maxAttempts,
    },
    whenDown: setUp.whenDown,
    ...(setUp.settles && { settlement: PLANS }),
    ...(setUp.terms && { fx: fxOf(time.now) }),
    ...(setUp.oneTry && { resilience: ONE_TRY }),
  }
}

export const createCluster = async (simulation: Simulation): Promise<Cluster> => {
  const cluster = new ServerCluster(simulation)
  await cluster.open()
  return cluster
}

class ServerCluster implements Cluster {
  readonly #simulation: Simulation
  readonly #slots: Server[] = []
  readonly #dice
  readonly portCalls = new Map<string, number>()
  #lives = 0
  #everyMs: number | null = null
  #healed = false
  crashes = 0

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    this.#dice = simulation.dice.fork('cluster')
  }

  async open(): Promise<void> {
    const { plan } = this.#simulation
    for (let slot = 0; slot < plan.setUp.servers; slot += 1) await this.#start(slot)
    for (const crash of plan.crashes) this.#simulation.time.after(crash.at, () => this.#doom(crash))
    for (const { kind, at, server, ms } of plan.disturbances) {
      this.#simulation.time.after(at, () => this.#disturb(kind, server, ms))
    }
  }

  async #start(slot: number): Promise<void> {
    const { time, dice, plan, note } = this.#simulation
    this.#lives += 1
    const name = `server${slot + 1}.${this.#lives}`
    const process = simulatedProcess({
      name: `server${slot + 1}`,
      time,
      dice: dice.fork(name),
      skewMs: plan.setUp.skewsMs[slot] ?? 0,
      onCall: (port) => {
        const what = port.startsWith('send') ? 'send' : port
        this.portCalls.set(what, (this.portCalls.get(what) ?? 0) + 1)
      },
    })
    const server: Server = { slot, process, florin: null }
    this.#slots[slot] = server
    process.onDeath(() => note(`${name} died`))
    server.florin = await this.#florinIn(process, name)
    note(`${name} is up`)
    this.#loop(server)
  }

  #florinIn(process: SimulatedProcess, name: string): Promise<Florin> {
    const { inner, time, weather, records, dice, note, providers, sabotage, keys } = this.#simulation
    const world = { dice: dice.fork(`sabotage ${name}`), now: time.now, after: time.after }
    const parts = { process, time, weather, records, note }
    const storage = simulatedStorage({ ...parts, inner, dice: dice.fork(`storage ${name}`) })
    const gateways: Record<string, Gateway> = {}
    for (const [gateway, provider] of providers) {
      const made = provider.gateway(
        simulatedWire({ ...parts, gateway, provider, dice: dice.fork(`wire ${name} ${gateway}`) }),
      )
      gateways[gateway] = sabotage.gateway?.(made, world) ?? made
    }
    const { bank, plan } = this.#simulation
    const rail = simulatedRail(bank, { ...parts, dice: dice.fork(`wire ${name} bank`) })
    return createFlorin({
      ...optionsOf(this.#simulation),
      ...(plan.setUp.settles && { payouts: { rails: { bank: rail } } }),
      storage: sabotage.storage?.(storage, world) ?? storage,
      gateways,
      keys,
      runtime: process.runtime,
      onError: (error: unknown) => void records.errors.push(error),
    }) as Promise<Florin>
  }

  #doom({ server, call, moment, downMs }: CrashSpec): void {
    const slot = this.#slots[server]
    if (this.#healed || slot === undefined || !slot.process.alive()) return
    slot.process.onDeath(() => {
      this.crashes += 1
      this.#simulation.weather.struck('crash')
      this.#simulation.time.after(downMs, () => void (this.#healed || this.#start(server)))
    })
    slot.process.dieAtCall(call, moment)
  }

  #disturb(kind: 'pause' | 'clock_off', slot: number, ms: number): void {
    const server = this.#slots[slot]
    if (this.#healed || server === undefined || !server.process.alive()) return
    this.#simulation.weather.struck(kind)
    this.#simulation.note(`${server.process.name} ${kind} ${ms}`)
    if (kind === 'pause') server.process.pause(ms)
    else server.process.setSkew(ms)
  }

  #loop(server: Server): void {
    if (this.#everyMs === null) return
    server.process.after(this.#everyMs + this.#dice.below(this.#everyMs), () => {
      if (this.#everyMs !== null) void this.#tickOf(server).finally(() => this.#loop(server))
    })
  }

  async #tickOf(server: Server): Promise<void> {
    try {
      await server.florin?.tick()
    } catch (error) {
      if (!isFlorinError(error, 'storage_unavailable')) this.#simulation.records.errors.push(error)
    }
  }

  alive(): readonly Server[] {
    return this.#slots.filter((one) => one.florin !== null && one.process.alive())
  }

  work(everyMs: number | null): void {
    const wasOff = this.#everyMs === null
    this.#everyMs = everyMs
    if (wasOff && everyMs !== null) for (const server of this.alive()) this.#loop(server)
  }

  async tick(): Promise<void> {
    for (const server of this.alive()) await this.#tickOf(server)
  }

  async heal(): Promise<void> {
    this.#healed = true
    for (const { slot, process } of [...this.#slots]) {
      if (!process.alive()) await this.#start(slot)
      else process.dieAtCall(Number.POSITIVE_INFINITY, 'before')
    }
  }
}
