import { CATALOGUE } from '@florin/core/storage'
import type { PostgresStorage } from '../src/index.ts'
import type { testServer } from './server.ts'

type Server = Awaited<ReturnType<typeof testServer>>

/** Storages of tests, whose schemas are used again: to make forty tables takes ten times as long as to empty those that hold something. */
export interface UsedSchemas {
  /** An empty schema. */
  fresh(): Promise<string>
  /** The storage, which gives its schema back once all that are open on it are closed. */
  watch(storage: PostgresStorage, schema: string): PostgresStorage
}

/** Needs a superuser, for the triggers that refuse to delete; with anybody else every schema is a new one. */
export const usedSchemas = (server: Server): UsedSchemas => {
  const free: string[] = []
  const open = new Map<string, number>()
  const emptied = async (schema: string): Promise<boolean> => {
    const tables = [...CATALOGUE.map(({ name }) => name), 'florin_batches'].map((name) => `"${schema}"."${name}"`)
    const deletions = tables.map((table) => `if exists (select from ${table}) then delete from ${table}; end if;`)
    try {
      await server.sql(`do $$ begin set local session_replication_role = replica; ${deletions.join(' ')} end $$`)
      return true
    } catch {
      return false
    }
  }
  return {
    fresh: async () => {
      const used = free.pop()
      return used !== undefined && (await emptied(used)) ? used : server.schema()
    },
    watch: (storage, schema) => {
      open.set(schema, (open.get(schema) ?? 0) + 1)
      let closed = false
      const close = async (): Promise<void> => {
        await storage.close()
        if (closed) return
        closed = true
        const left = (open.get(schema) ?? 1) - 1
        open.set(schema, left)
        if (left === 0) free.push(schema)
      }
      return { ...storage, close }
    },
  }
}
