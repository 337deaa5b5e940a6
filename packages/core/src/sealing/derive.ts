import { hkdfSync } from 'node:crypto'
import { sha256, toHex } from '../kernel/index.ts'
import type { SealingKey } from './keys.ts'

/** A key that seals nothing itself: every scope's data key is derived from it, so that one file serves any number of merchants. */
export interface MasterKey {
  /** 1 to 32 lower-case letters and digits. */
  readonly id: string
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly createdAt: number
}

const PLAIN = /^[A-Za-z0-9_.-]{1,64}$/

/** How a merchant is named inside key ids, which are short ASCII: itself where possible, else a digest. */
const labelOf = (merchant: string): string => (PLAIN.test(merchant) ? merchant : `~${toHex(sha256(merchant))}`)

const derive = (master: MasterKey, purpose: 'data' | 'index', label: string): SealingKey => ({
  id: purpose === 'data' ? `${master.id}/${label}` : `${master.id}/${label}/index`,
  // HKDF-SHA256 (RFC 5869). No salt: the master key is uniformly random.
  key: new Uint8Array(hkdfSync('sha256', master.key, '', `florin.${purpose}.1/${label}`, 32)),
})

/** The data key of a merchant under a master key; its id is `master/merchant`. */
export const dataKey = (master: MasterKey, merchant: string): SealingKey => derive(master, 'data', labelOf(merchant))

/** The key of a merchant's blind indexes. */
export const indexKey = (master: MasterKey, merchant: string): SealingKey => derive(master, 'index', labelOf(merchant))

/** The data key of an id that `dataKey` gave; undefined when its master key is not among these. */
export const dataKeyById = (masters: readonly MasterKey[], id: string): SealingKey | undefined => {
  const slash = id.indexOf('/')
  const master = masters.find((one) => one.id === id.slice(0, slash))
  return master === undefined ? undefined : derive(master, 'data', id.slice(slash + 1))
}
