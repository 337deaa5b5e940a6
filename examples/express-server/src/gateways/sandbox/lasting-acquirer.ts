import { createHash } from 'node:crypto'
import { type Cancel, type Clock, type Ids, type Scheduler, systemRuntime } from '@florin/core'
import { type Acquirer, type AcquirerOptions, createAcquirer } from '@florin/testkit'
import { type JournalEntry, noJournal, openSandboxJournal, type SandboxJournal } from './journal.ts'
import { lockFile } from './lock.ts'

/** The sandbox's acquirer, with a memory longer than its process. */
export interface LastingAcquirer {
  readonly acquirer: Acquirer
  readonly notice: string | null
  close(): void
}

type Options = Omit<AcquirerOptions, 'clock' | 'scheduler' | 'ids' | 'random'>

/** The nth id of a prefix is always the same, so that a replayed charge has the id that the host remembers. */
const repeatableIds = (seed: string): Ids => {
  const made = new Map<string, number>()
  return {
    make(prefix) {
      const nth = (made.get(prefix) ?? 0) + 1
      made.set(prefix, nth)
      const hex = createHash('sha256').update(`${seed} ${prefix} ${nth}`).digest('hex')
      return `${prefix}_${nth.toString(36).padStart(8, '0')}${hex.slice(0, 18)}`
    },
  }
}

/** The system's clock and scheduler, except that time can be held at an instant, and that during a replay timers wait. */
const replayableTime = () => {
  const system = systemRuntime()
  let held: number | null = null
  let waiting: (() => void)[] | null = []
  const clock: Clock = { now: () => held ?? system.clock.now() }
  const scheduler: Scheduler = {
    yield: (task) => system.scheduler.yield(task),
    after(delayMs, task): Cancel {
      if (waiting === null) return system.scheduler.after(delayMs, task)
      waiting.push(task)
      return () => {
        waiting = waiting?.filter((one) => one !== task) ?? null
      }
    },
  }
  return {
    clock,
    scheduler,
    /** The journal's instant must be the very one that the acquirer decides by, or a replay could decide otherwise. */
    during: <T>(at: number, act: () => T): T => {
      held = at
      try {
        return act()
      } finally {
        held = null
      }
    },
    /** Ends the replay: what it armed looks at once what has fallen due since. */
    goOn: () => {
      const tasks = waiting ?? []
      waiting = null
      for (const task of tasks) task()
    },
  }
}

type Time = ReturnType<typeof replayableTime>

const replay = (acquirer: Acquirer, entry: JournalEntry): void => {
  if (entry.do === 'request') acquirer.handle(entry.request, entry.as).release()
  if (entry.do === 'challenge') acquirer.challenge(entry.charge, entry.result)
}

const journaled = (acquirer: Acquirer, journal: SandboxJournal, time: Time): Acquirer => ({
  ...acquirer,
  handle(request, authorization) {
    const at = time.clock.now()
    const exchange = time.during(at, () => acquirer.handle(request, authorization))
    const done = request.method !== 'GET' && exchange.wire !== 'refuse' && exchange.response.status !== 401
    if (done && authorization !== null) journal.append({ do: 'request', at, as: authorization, request })
    return exchange
  },
  challenge(charge, result) {
    const at = time.clock.now()
    const answer = time.during(at, () => acquirer.challenge(charge, result))
    journal.append({ do: 'challenge', at, charge, result })
    return answer
  },
})

const seedOf = ({ entries: [first] }: SandboxJournal): string => (first?.do === 'begin' ? first.seed : '')

/**
 * An acquirer that keeps a journal beside the database, so that a payment of yesterday can be refunded today. `file: null` keeps none.
 * Only what comes in over HTTP is kept; faults and dashboards are not. Throws `configuration` when another process has the journal, or
 * when it is damaged.
 */
export const lastingAcquirer = (file: string | null, options: Options): LastingAcquirer => {
  const unlock = file === null ? () => {} : lockFile(file)
  try {
    const journal = file === null ? noJournal() : openSandboxJournal(file)
    const time = replayableTime()
    const { clock, scheduler } = time
    const acquirer = createAcquirer({ ...options, clock, scheduler, ids: repeatableIds(seedOf(journal)) })
    for (const entry of journal.entries) {
      if (entry.do !== 'begin') time.during(entry.at, () => replay(acquirer, entry))
    }
    time.goOn()
    const close = (): void => {
      acquirer.close()
      journal.close()
      unlock()
    }
    return { acquirer: journaled(acquirer, journal, time), notice: journal.notice, close }
  } catch (error) {
    unlock()
    throw error
  }
}
