import type { Migration } from '@florin/storage-sql'
import { first } from './0001-first.ts'

/** Every step there is, in order. */
export const MIGRATIONS: readonly Migration[] = Object.freeze([first])
