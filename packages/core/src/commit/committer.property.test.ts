import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FlorinError, systemRuntime } from '../kernel/index.ts'
import { type Change, claim, count, defineTable, type Guard } from '../records/index.ts'
import type { Batch, Storage } from '../storage/index.ts'
import { createCommitter } from './committer.ts'
import { LANES, type Lane } from './pending.ts'

const rows = defineTable('rows', { columns: { id: count(), change: count() }, key: ['id'], contended: true })

interface Step {
  readonly lane: Lane
  readonly merchant: string
  readonly rows: readonly number[]
  /** Lets what was queued so far be flushed first. */
  readonly pause: boolean
}
const step: fc.Arbitrary<Step> = fc.record({
  lane: fc.constantFrom(...LANES),
  merchant: fc.constantFrom('a', 'b', 'c'),
  rows: fc.uniqueArray(fc.nat(9), { maxLength: 3 }),
  pause: fc.boolean(),
})
const changeOf = ({ rows: ids }: Step, change: number): Change => ({
  guards: ids.map((id): Guard => claim(rows, { id, change })),
  effects: [],
})
const claimsOf = (change: Change): readonly { readonly id: number; readonly change: number }[] =>
  change.guards.map((guard) => (guard as unknown as { row: { id: number; change: number } }).row)

it('settles every change once, never a row twice at a time, every row in order, within the bounds, whatever fails', async () => {
  const failures = fc.array(fc.constantFrom('none', 'down', 'bug'), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      failures,
      fc.integer({ min: 1, max: 3 }),
      async (steps, failing, concurrency) => {
        const history = new Map<number, number[]>()
        const busy = new Set<number>()
        let inFlight = 0
        let calls = 0
        const storage: Pick<Storage, 'name' | 'commit' | 'concurrency'> = {
          name: 'fake',
          concurrency,
          async commit({ changes }: Batch) {
            inFlight += 1
            expect(inFlight).toBeLessThanOrEqual(concurrency)
            expect(changes.length).toBeLessThanOrEqual(8)
            const touched = changes.flatMap(claimsOf)
            for (const { id } of touched) {
              expect(busy).not.toContain(id)
              busy.add(id)
            }
            for (let turns = calls % 3; turns >= 0; turns--) await new Promise((resolve) => setImmediate(resolve))
            for (const { id } of touched) busy.delete(id)
            inFlight -= 1
            const failure = failing[calls++] ?? 'none'
            if (failure === 'down') throw new FlorinError('storage_unavailable', 'down')
            if (failure === 'bug') throw new Error('bug')
            for (const { id, change } of touched) history.set(id, [...(history.get(id) ?? []), change])
            return changes.map(() => ({ committed: true }))
          },
        }
        const scheduler = {
          yield: (task: () => void) => void setImmediate(task),
          after: (_: number, task: () => void) => {
            setImmediate(task)
            return () => {}
          },
        }
        const committer = createCommitter({
          storage: storage as Storage,
          runtime: systemRuntime({ scheduler }),
          bounds: { changes: 8 },
        })
        const settled: Promise<boolean>[] = []
        for (const [index, each] of steps.entries()) {
          const commit = committer.commit(changeOf(each, index), each)
          settled.push(commit.then(({ committed }) => committed).catch(() => false))
          if (each.pause) await new Promise((resolve) => setImmediate(resolve))
        }
        await committer.close()
        const committed = await Promise.all(settled)
        for (const [index, each] of steps.entries()) {
          if (each.lane !== 'intent') expect(committed[index]).toBe(true)
          const times = each.rows.map((id) => history.get(id)?.filter((change) => change === index).length ?? 0)
          expect(times).toEqual(each.rows.map(() => (committed[index] ? 1 : 0)))
        }
        for (const changes of history.values()) expect(changes).toEqual(changes.toSorted((a, b) => a - b))
      },
    ),
  )
})
