import { type Clock, type Random, systemClock, systemRandom } from '../kernel/index.ts'
import { dataKey, dataKeyById, indexKey, type MasterKey } from './derive.ts'
import { createKeyFile, readKeyFile, updateKeyFile } from './key-file.ts'
import type { KeyProvider } from './keys.ts'

export interface LocalKeysOptions {
  /** Where the keys are, or will be on first use. Keep it off the database's disk and in the backup. */
  readonly file: string
  readonly random?: Random
  readonly clock?: Clock
}

/** Keys in a local file: the development default, and enough for one server with a well-kept disk. */
export interface LocalKeys extends KeyProvider {
  /**
   * Adds a master key; from now on new values are sealed under it, here and, within a minute, in every process that uses the file.
   * Old values open as before. Rejects with `conflict` while another rotation runs.
   */
  rotate(): Promise<void>
}

/**
 * Reads the master keys of a file, and makes the file on first use: mode 0600, written whole or not at all; of several processes that
 * start at once, one makes it and all use it. Each merchant's data keys are derived from a master key, so the file stays small.
 *
 * Every call rejects with `configuration` when the file is damaged, not a file, or open to other users: it is never replaced by a new
 * one, because that would lose whatever the old one sealed.
 */
export const localKeys = (options: LocalKeysOptions): LocalKeys => {
  const { file, random = systemRandom, clock = systemClock } = options
  const make = (): MasterKey => ({
    id: `lk${Buffer.from(random.bytes(6)).toString('hex')}`,
    key: random.bytes(32),
    createdAt: clock.now(),
  })
  const read = async () =>
    (await readKeyFile(file)) ?? (await createKeyFile(file, { keys: [make()], index: make() }, random))
  return Object.freeze<LocalKeys>({
    async current({ merchant }) {
      const { keys } = await read()
      return dataKey(keys.at(-1) as MasterKey, merchant) // a key file has at least one: checked when it is read
    },
    async byId(id) {
      return dataKeyById((await read()).keys, id)
    },
    async index({ merchant }) {
      return indexKey((await read()).index, merchant)
    },
    async rotate() {
      await read()
      await updateKeyFile(file, ({ keys, index }) => ({ keys: [...keys, make()], index }), random)
    },
  })
}
