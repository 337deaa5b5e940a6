import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryStorage } from '../memory/index.ts'
import { events, type Storage } from '../storage/index.ts'
import { appendEvent } from './event.ts'
import { currentHead } from './heads.ts'
import { type Cursor, readEvents, START } from './read.ts'

/** Appends as many events as each number says, one batch and so one seal each; the n-th event is of subject `pay_n`. */
const storageWith = async (...batches: readonly number[]): Promise<Storage> => {
  const storage = memoryStorage()
  let n = 0
  for (const size of batches) {
    const effects = Array.from({ length: size }, () => {
      n += 1
      const id = `evt_${String(n).padStart(26, '0')}` as const
      return appendEvent({ merchant: 'mer_1', subject: `pay_${n}`, version: 1, id, type: 'made', at: n, data: { n } })
    })
    await storage.commit({ id: `bat_${n}`, at: 1, changes: [{ guards: [], effects }] })
  }
  return storage
}
const at = (position: number): Cursor => ({ partition: 0, position })
const positions = async (storage: Storage, cursor: Cursor, limit: number): Promise<readonly number[]> =>
  (await readEvents(storage, cursor, { limit })).events.map(({ position }) => position)

describe('readEvents', () => {
  it('gives events their position and the cursor after them', async () => {
    const storage = await storageWith(2, 1)
    const { events: read, next } = await readEvents(storage, START)
    expect(read.map(({ position, partition, subject }) => [position, partition, subject])).toEqual([
      [1, 0, 'pay_1'],
      [2, 0, 'pay_2'],
      [3, 0, 'pay_3'],
    ])
    expect(next).toEqual(at(3))
    expect(await readEvents(storage, next)).toEqual({ events: [], next })
  })

  it('is empty on an empty stream and beyond the end', async () => {
    expect(await readEvents(await storageWith(), START)).toEqual({ events: [], next: START })
    expect(await readEvents(await storageWith(2), at(5))).toEqual({ events: [], next: at(5) })
  })

  it('begins and ends anywhere within seals', async () => {
    const storage = await storageWith(3, 3, 3)
    expect(await positions(storage, at(1), 4)).toEqual([2, 3, 4, 5])
    expect(await positions(storage, at(3), 3)).toEqual([4, 5, 6])
    expect(await positions(storage, at(8), 9)).toEqual([9])
  })

  it('reads every event once and in order, whatever the seals and pages', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 80 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 200 }), async (batches, limit) => {
        const storage = await storageWith(...batches)
        const total = batches.reduce((sum, size) => sum + size)
        const seen: string[] = []
        let cursor = START
        for (;;) {
          const page = await readEvents(storage, cursor, { limit })
          if (page.events.length === 0) break
          expect(page.events).toHaveLength(Math.min(limit, total - seen.length))
          for (const { subject, position } of page.events) expect(seen.push(subject)).toBe(position)
          cursor = page.next
        }
        expect(seen).toEqual(Array.from({ length: total }, (_, index) => `pay_${index + 1}`))
      }),
      { numRuns: 25 },
    )
  })

  it('upcasts what it reads', async () => {
    const upcasters = { made: { 1: () => ({ fresh: true }) } }
    const { events: read } = await readEvents(await storageWith(1), START, { upcasters })
    expect(read[0]).toMatchObject({ v: 2, data: { fresh: true } })
  })

  it('refuses a cursor or limit out of range', async () => {
    const storage = await storageWith(1)
    for (const bad of [
      readEvents(storage, at(-1)),
      readEvents(storage, at(0.5)),
      readEvents(storage, START, { limit: 0 }),
    ]) {
      await expect(bad).rejects.toMatchObject({ code: 'invalid_request' })
    }
    await expect(readEvents(storage, START, { limit: 1_001 })).rejects.toThrow('from 1 to 1000')
  })

  it('says so when a sealed event or a seal is gone, rather than skip it', async () => {
    const storage = await storageWith(2, 2, 2)
    const holed: Storage = {
      ...storage,
      load: async (table, keys) =>
        (await storage.load(table, keys)).map((row) =>
          table.name === events.name && (row as { subject: string }).subject === 'pay_2' ? undefined : row,
        ),
    }
    await expect(readEvents(holed, START)).rejects.toMatchObject({ code: 'storage_corrupt', details: { position: 2 } })
    const gapped: Storage = {
      ...storage,
      find: async (table, query) => {
        const page = await storage.find(table, query)
        return { rows: page.rows.filter((row) => (row as { first: number }).first !== 3) }
      },
    }
    await expect(readEvents(gapped, START)).rejects.toMatchObject({ code: 'storage_corrupt', details: { position: 3 } })
  })
})

describe('currentHead', () => {
  it('names the end of the chain, JSON-safe', async () => {
    expect(await currentHead(await storageWith())).toEqual({ partition: 0, length: 0, hash: '0'.repeat(64), at: 0 })
    const head = await currentHead(await storageWith(3, 2))
    expect(head).toEqual({ partition: 0, length: 5, hash: expect.stringMatching(/^[0-9a-f]{64}$/), at: 1 })
    expect(JSON.parse(JSON.stringify(head))).toEqual(head)
  })
})
