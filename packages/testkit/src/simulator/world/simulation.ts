import { ephemeralKeys, type KeyProvider } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import type { Storage } from '@florin/core/storage'
import { createSandboxBank, type SandboxBank } from '../../rail/index.ts'
import { type Dice, diceOf } from '../engine/dice.ts'
import { SIMULATION_START, type SimulatedTime, simulatedTime } from '../engine/time.ts'
import { createTrace, type Trace } from '../engine/trace.ts'
import type { Plan } from '../plan/plan.ts'
import type { Sabotage } from '../sabotage/sabotage.ts'
import { createMail, type Mail, type MailOrder } from './mail.ts'
import type { ProviderFactory, SimulatedProvider } from './provider.ts'
import { emptyRecords, type Records } from './records.ts'
import { createReports, type Reports } from './reports.ts'
import { createWeather, type Weather } from './weather.ts'

/** The providers of a run by the names in its plan, and what it keeps its state in. */
export interface Surroundings {
  readonly providers: Readonly<Record<string, ProviderFactory>>
  readonly storage?: (() => Storage) | undefined
  readonly sabotage?: Sabotage | undefined
  readonly keepTrace?: boolean | undefined
  /** Of plans that keep webhooks back. Default: in the order in which they came. */
  readonly mail?: Exclude<MailOrder, 'live'> | undefined
}

/** One world: everything that outlives a server. */
export interface Simulation {
  readonly plan: Plan
  readonly time: SimulatedTime
  readonly dice: Dice
  readonly trace: Trace
  readonly weather: Weather
  readonly records: Records
  /** The committed state itself, beneath every connection. */
  readonly inner: Storage
  readonly keys: KeyProvider
  readonly providers: ReadonlyMap<string, SimulatedProvider>
  /** Where payouts go. */
  readonly bank: SandboxBank
  readonly mail: Mail
  /** What gateways and banks say in files. */
  readonly reports: Reports
  readonly sabotage: Sabotage
  note(line: string): void
  /** Milliseconds since the start. */
  elapsed(): number
  /** Where webhooks go. */
  deliverTo(deliver: Parameters<typeof createMail>[0]['deliver']): void
}

/** Derived once: every server of a run asks for the same few keys, again and again. */
const remembered = (keys: KeyProvider): KeyProvider => {
  const once = <T>(make: (name: string) => Promise<T>): ((name: string) => Promise<T>) => {
    const known = new Map<string, Promise<T>>()
    return (name) => {
      const made = known.get(name) ?? make(name)
      known.set(name, made)
      return made
    }
  }
  const current = once((merchant) => keys.current({ merchant }))
  const index = once((merchant) => keys.index({ merchant }))
  const byId = once((id) => keys.byId(id))
  return { current: ({ merchant }) => current(merchant), index: ({ merchant }) => index(merchant), byId }
}

export const createSimulation = (plan: Plan, surroundings: Surroundings): Simulation => {
  const dice = diceOf(plan.seed)
  const time = simulatedTime(dice.fork('order'))
  const trace = createTrace(surroundings.keepTrace === true, SIMULATION_START)
  const note = (line: string): void => trace.note(time.now(), line)
  const elapsed = (): number => time.now() - SIMULATION_START
  const weather = createWeather(plan.faults, elapsed, dice.fork('weather'))
  let deliver: Parameters<typeof createMail>[0]['deliver'] = () => Promise.reject(new Error('nobody is there'))
  const mail = createMail({
    order: plan.profile === 'webhooks' ? (surroundings.mail ?? 'in_order') : 'live',
    time,
    weather,
    dice: dice.fork('mail'),
    deliver: (gateway, webhook) => deliver(gateway, webhook),
  })
  const clock = { now: time.now }
  const scheduler = { yield: (task: () => void) => void time.after(0, task), after: time.after }
  const providers = new Map<string, SimulatedProvider>()
  for (const name of plan.setUp.gateways) {
    const make = surroundings.providers[name]
    if (make === undefined) throw new Error(`the plan has a gateway '${name}', and there is no provider of that name`)
    const provider = make({ name, clock, scheduler, dice: dice.fork(`provider ${name}`) })
    provider.onWebhook((webhook) => mail.send(name, webhook))
    providers.set(name, provider)
  }
  const keyDice = dice.fork('keys')
  const bank = createSandboxBank({ clock })
  const inner = (surroundings.storage ?? memoryStorage)()
  return {
    ...{ plan, time, dice, trace, weather, mail, providers, note, elapsed },
    ...{ bank, inner },
    reports: createReports({ providers, bank, inner, mistakes: plan.mistakes }),
    records: emptyRecords(),
    keys: remembered(ephemeralKeys({ bytes: (size) => keyDice.bytes(size) })),
    sabotage: surroundings.sabotage ?? {},
    deliverTo(to) {
      deliver = to
    },
  }
}
