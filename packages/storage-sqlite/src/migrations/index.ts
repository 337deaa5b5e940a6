import type { Migration } from '@florin/storage-sql'
import { first } from './0001-first.ts'

/** All steps of the schema, oldest first. A released one is never edited: add the next. `schema.sql` is what they arrive at. */
export const MIGRATIONS: readonly Migration[] = Object.freeze([first])
