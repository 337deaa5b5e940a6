import { FlorinError } from '@florin/core'
import type { Batch, Outcome, Storage } from '@florin/core/storage'
import type { Dice } from '../engine/dice.ts'
import type { SimulatedProcess } from '../engine/process.ts'
import type { SimulatedTime } from '../engine/time.ts'
import type { Records } from './records.ts'
import type { Weather } from './weather.ts'

/** What one server's way to the shared storage is made of. */
export interface StorageParts {
  readonly inner: Storage
  readonly process: SimulatedProcess
  readonly time: SimulatedTime
  readonly weather: Weather
  readonly records: Records
  readonly dice: Dice
  readonly note: (line: string) => void
}

const unavailable = (what: string): FlorinError =>
  new FlorinError('storage_unavailable', `${what} failed in the simulation; nothing happened`)

const namesOf = ({ changes }: Batch): string =>
  changes
    .map(({ guards, effects }) =>
      [...guards, ...effects].map((op) => ('table' in op ? `${op.op[0]}:${op.table.name}` : op.op)).join(','),
    )
    .join(' | ')

/** A committed state that several servers share, at the end of a connection that can fail. Its own state is never lost. */
export const simulatedStorage = (parts: StorageParts): Storage => {
  const { inner, process, time, weather, dice } = parts
  const wait = (ms: number): Promise<void> =>
    ms === 0 ? Promise.resolve() : new Promise((resolve) => void process.after(ms, resolve))
  const arrival = (ms: number): Promise<void> =>
    ms === 0 ? Promise.resolve() : new Promise((resolve) => void time.after(ms, resolve))
  const latency = (): number => {
    if (weather.strikes(['storage_slow'], process.name) !== undefined) return dice.between(100, 9_000)
    return dice.chance(70) ? 0 : dice.below(8)
  }
  const held =
    <T>(effect: () => Promise<T>) =>
    () =>
      time.hold(effect())
  const call = <T>(name: string, effect: () => Promise<T>): Promise<T> =>
    process.port(name, async () => {
      const [there, back] = [latency(), latency()]
      await arrival(there)
      if (name !== 'commit' && weather.strikes(['read_failed'], process.name) !== undefined) {
        await wait(back)
        throw unavailable(name)
      }
      const result = await effect()
      await wait(back)
      return result
    })
  return {
    name: `simulated ${inner.name}`,
    commit: (batch) => call('commit', () => commit(parts, wait, batch)),
    load: (table, keys) =>
      call(
        `load ${table.name}`,
        held(() => inner.load(table, keys)),
      ),
    find: (table, query) =>
      call(
        `find ${table.name}`,
        held(() => inner.find(table, query)),
      ),
    scan: (table, query) => inner.scan(table, query),
    lease: (queues, options) =>
      call(
        'lease',
        held(() => inner.lease(queues, options)),
      ),
    unsealed: (limit) =>
      call(
        'unsealed',
        held(() => inner.unsealed(limit)),
      ),
    seal: (seal) =>
      call(
        'seal',
        held(() => inner.seal(seal)),
      ),
    head: (partition) =>
      call(
        'head',
        held(() => inner.head(partition)),
      ),
    migrate: () => inner.migrate(),
    close: async () => {},
  }
}

const commit = async (
  parts: StorageParts,
  wait: (ms: number) => Promise<void>,
  batch: Batch,
): Promise<readonly Outcome[]> => {
  const { inner, process, time, weather, records, dice, note } = parts
  const fault = weather.strikes(['commit_failed', 'commit_unacknowledged'], process.name)
  if (fault === 'commit_failed') {
    note(`${process.name} cannot commit`)
    throw unavailable('commit')
  }
  const outcomes = await time.hold(inner.commit(batch))
  batch.changes.forEach((change, index) => {
    if (outcomes[index]?.committed === true) records.changes.push({ at: time.now(), server: process.name, change })
  })
  const lost = outcomes.map((one) => (one.committed ? 'ok' : one.conflict)).join(' ')
  note(`${process.name} commits ${namesOf(batch)} -> ${lost}${fault === undefined ? '' : ' unacknowledged'}`)
  // What a real storage does then: it finds the batch's id once it is connected again, and answers what is true.
  if (fault === 'commit_unacknowledged') await wait(dice.between(500, 30_000))
  return outcomes
}
