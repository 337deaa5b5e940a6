import { FlorinError } from '@florin/core/storage'

/**
 * One step of a schema. Steps are numbered from 1 without gaps, are written out (never generated when they run, so that they mean
 * tomorrow what they meant when they were released), only go forward, and are never edited once released.
 */
export interface Migration {
  readonly number: number
  /** Kebab-case: what it does. */
  readonly name: string
  readonly statements: readonly string[]
}

/** The table in which a database keeps which steps it has taken. */
export const MIGRATIONS_TABLE = 'florin_migrations'

/**
 * The steps that a database still has to take.
 * @throws FlorinError `schema_newer` when it has taken one that this version does not know; `internal` when the list itself is wrong.
 */
export const pendingMigrations = (
  known: readonly Migration[],
  taken: readonly number[],
  where: string,
): readonly Migration[] => {
  known.forEach(({ number }, i) => {
    if (number === i + 1) return
    throw new FlorinError('internal', `migration ${number} stands where ${i + 1} belongs: number them without gaps`)
  })
  const newest = taken.reduce((a, b) => Math.max(a, b), 0)
  if (newest > known.length) {
    throw new FlorinError(
      'schema_newer',
      `${where} has schema ${newest}, and this version of Florin knows up to ${known.length}: run the newer version that upgraded it, or restore a backup from before`,
      { details: { found: newest, known: known.length } },
    )
  }
  return known.filter(({ number }) => !taken.includes(number))
}
