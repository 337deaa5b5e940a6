import type { Random } from '../kernel/index.ts'
import { dataKey, dataKeyById, indexKey, type MasterKey } from './derive.ts'
import type { KeyProvider } from './keys.ts'

/** Keys that live and die with this process. */
export interface EphemeralKeys extends KeyProvider {
  /** From now on new values get a new key. */
  rotate(): void
  /** Erases: what was sealed under this key can never be opened again. */
  destroy(id: string): void
}

/** Keys for tests and throw-away databases: nothing that they sealed can be opened by another process. */
export const ephemeralKeys = (random: Random): EphemeralKeys => {
  const masters: MasterKey[] = []
  const destroyed = new Set<string>()
  const make = (): MasterKey => ({ id: `e${masters.length + 1}`, key: random.bytes(32), createdAt: 0 })
  const index: MasterKey = { id: 'ei', key: random.bytes(32), createdAt: 0 }
  let newest = make()
  masters.push(newest)
  return {
    async current({ merchant }) {
      return dataKey(newest, merchant)
    },
    async byId(id) {
      return destroyed.has(id) ? undefined : dataKeyById(masters, id)
    },
    async index({ merchant }) {
      return indexKey(index, merchant)
    },
    rotate() {
      newest = make()
      masters.push(newest)
    },
    destroy(id) {
      destroyed.add(id)
    },
  }
}
