import { CATALOGUE } from '@florin/core/storage'
import { postgres } from '@florin/storage-postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lifecycle } from '../storage/lifecycle.ts'
import { connect } from './hand-client.ts'
import { HandSealer } from './hand-sealer.ts'
import { HAND_TABLES, handPayments } from './hand-tables.ts'
import { RowWriter } from './row-writer.ts'
import { type BenchServer, benchServer } from './server.ts'
import { openAccounts, SetWriter } from './set-writer.ts'

let server: BenchServer
beforeAll(async () => {
  server = await benchServer()
})
afterAll(() => server.stop())

const PAYMENTS = Array.from({ length: 15 }, (_, n) => lifecycle(n))
const BATCH = 5

/** Every table's rows, in the order of their keys: what says which transaction wrote them is left out. */
const contents = async (schema: string): Promise<Record<string, unknown>> => {
  const tables: Record<string, unknown> = {}
  for (const { name, key } of CATALOGUE) {
    const order = key.map(
      (column: string) => `"${column.replace(/[A-Z]/g, (letter: string) => `_${letter.toLowerCase()}`)}"`,
    )
    const rows = await server.query(`select * from "${schema}"."${name}" order by ${order.join(', ')}`)
    tables[name] = rows.map(({ xact, place, ...row }) => row)
  }
  return tables
}

/** What Florin's storage leaves of the payments. */
const expected = async (): Promise<Record<string, unknown>> => {
  const schema = await server.schema()
  const storage = postgres({ url: server.url, schema })
  for (let first = 0; first < PAYMENTS.length; first += BATCH) {
    for (const step of [0, 1, 2] as const) {
      const changes = PAYMENTS.slice(first, first + BATCH).map((payment) => payment.changes[step])
      const outcomes = await storage.commit({ id: `bat_${first}_${step}`, at: 0, changes })
      expect(outcomes.every(({ committed }) => committed)).toBe(true)
    }
  }
  await storage.close()
  return contents(schema)
}

/** What a hand-written side leaves of them. */
const written = async (write: (schema: string) => Promise<void>): Promise<Record<string, unknown>> => {
  const schema = await server.schema()
  const client = await connect(server.url, schema)
  await openAccounts(
    client,
    handPayments(PAYMENTS).flatMap((steps) => steps.flatMap(({ legs }) => legs)),
  )
  await client.end()
  const sealer = await HandSealer.start(server.url, schema)
  await write(schema)
  await sealer.settled()
  await sealer.stop()
  return contents(schema)
}

const sealed = (rows: Record<string, unknown>): number =>
  (rows.seals as { size: string }[]).reduce((sum, { size }) => sum + Number(size), 0)

test('the set-based writer and the storage leave the very same rows', async () => {
  const ours = await expected()
  const theirs = await written(async (schema) => {
    const writer = await SetWriter.open(server.url, schema, 1)
    await writer.write(handPayments(PAYMENTS), BATCH)
    await writer.close()
  })
  expect((ours.entries as unknown[]).length).toBe(90)
  expect(sealed(theirs)).toBe(45)
  expect({ ...theirs, seals: [] }).toEqual(ours)
})

test('so does the writer of a transaction a step, whose payments come one after the other', async () => {
  const ours = await expected()
  const theirs = await written(async (schema) => {
    const writer = await RowWriter.open(server.url, schema, 1)
    await writer.write(handPayments(PAYMENTS))
    await writer.close()
  })
  expect(sealed(theirs)).toBe(45)
  // A hot account's entries come in another order than in batches; what it has in the end is the same.
  expect((theirs.entries as unknown[]).length).toBe(90)
  expect({ ...theirs, seals: [], entries: [] }).toEqual({ ...ours, entries: [] })
})

test.each(HAND_TABLES)('$name: every column of the catalogue is written by hand', ({ name, columns, key, set }) => {
  const table = CATALOGUE.find((candidate) => candidate.name === name)
  const cells = (some: readonly { readonly cell: string }[]): string[] => some.map(({ cell }) => cell).sort()
  expect(cells(columns)).toEqual(Object.keys(table?.columns ?? {}).sort())
  expect(cells(key)).toEqual([...(table?.key ?? [])].sort())
  expect(cells(set)).toEqual([...(table?.mutable ?? [])].sort())
})
