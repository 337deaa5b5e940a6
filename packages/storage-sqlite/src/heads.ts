import { type SealRow, seals } from '@florin/core/storage'
import { quoted } from '@florin/storage-sql'
import type { Session, Statement } from './session.ts'

const NO_EVENTS: SealRow['events'] = Object.freeze([])

/** The partition that commits seal into. */
export const PARTITION = 0

/**
 * The newest seal, which every commit continues. It is remembered between commits and read again only when another connection has
 * committed meanwhile: within a write transaction `data_version` says so and cannot change any more
 * (https://sqlite.org/pragma.html#pragma_data_version).
 */
export class Heads {
  readonly #dataVersion: Statement
  readonly #newest: Statement
  #known: { readonly seal: SealRow | undefined; readonly dataVersion: number } | undefined

  constructor(session: Session) {
    const columns = ['first', 'size', 'root', 'previous', 'hash', 'at'].map(quoted).join(', ')
    this.#dataVersion = session.db.prepare<unknown[]>('pragma data_version').pluck(true)
    this.#newest = session.db.prepare<unknown[]>(
      `select ${columns} from "${seals.name}" where ${quoted('partition')} = ? order by ${quoted('first')} desc limit 1`,
    )
  }

  /** Call within a write transaction. The seal comes without its list of events, which its successor does not depend on. */
  current(): SealRow | undefined {
    const dataVersion = this.#dataVersion.get() as number
    if (this.#known?.dataVersion !== dataVersion) {
      const found = this.#newest.get(PARTITION) as Omit<SealRow, 'partition' | 'events'> | undefined
      const seal = found && { ...found, partition: PARTITION, events: NO_EVENTS }
      this.#known = { seal, dataVersion }
    }
    return this.#known.seal
  }

  /** Call after the transaction that appended `seal` has been committed. */
  advance(seal: SealRow): void {
    if (this.#known !== undefined) this.#known = { seal, dataVersion: this.#known.dataVersion }
  }

  forget(): void {
    this.#known = undefined
  }
}
