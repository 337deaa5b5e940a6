import { describe, expect, it } from 'vitest'
import { type Runtime, systemRuntime } from '../kernel/index.ts'
import type { EventRow, Outcome, SealRow, Storage } from '../storage/index.ts'
import { eventDigest } from './event.ts'
import { createSequencer } from './sequencer.ts'

const runtime: Runtime = systemRuntime({ clock: { now: () => 1_000 } })

const eventOf = (subject: string, version: number): EventRow => {
  const content = {
    merchant: 'mer_1',
    subject,
    version,
    id: `evt_${subject}${version}`,
    type: 'payment.created',
    v: 1,
    at: 400,
    data: {},
    ledger: null,
  } as const
  return { ...content, digest: eventDigest(content) }
}

/** A storage that leaves sealing to the sequencer, as far as sealing goes. Every call lets others run first. */
const unsealedStorage = (events: EventRow[]) => {
  const seals: SealRow[] = []
  const sealedKeys = (): Set<string> => new Set(seals.flatMap((seal) => seal.events.map(String)))
  const storage: Pick<Storage, 'unsealed' | 'seal' | 'head'> = {
    async unsealed(limit) {
      await Promise.resolve()
      const sealed = sealedKeys()
      return events.filter((e) => !sealed.has(String([e.merchant, e.subject, e.version]))).slice(0, limit)
    },
    async seal(seal): Promise<Outcome> {
      await Promise.resolve()
      if (seals.some(({ first }) => first === seal.first)) {
        return { committed: false, conflict: 'duplicate', table: 'seals' }
      }
      seals.push(seal)
      return { committed: true }
    },
    async head() {
      await Promise.resolve()
      return seals.at(-1)
    },
  }
  return { seals, storage: storage as Storage }
}

describe('sequencer', () => {
  it('seals until nothing is left, 1,000 events a seal, and says how many', async () => {
    const { seals, storage } = unsealedStorage(Array.from({ length: 2_500 }, (_, i) => eventOf(`pay_${i}`, 1)))
    expect(await createSequencer({ storage, runtime }).run()).toBe(2_500)
    expect(seals.map(({ first, size }) => [first, size])).toEqual([
      [1, 1_000],
      [1_001, 1_000],
      [2_001, 500],
    ])
    expect(seals[1]?.previous).toEqual(seals[0]?.hash)
    expect(seals[0]?.at).toBe(1_000)
  })

  it('seals every event exactly once when several processes run it at once', async () => {
    const events = Array.from({ length: 3_000 }, (_, i) => eventOf(`pay_${i}`, 1))
    const { seals, storage } = unsealedStorage(events)
    const counts = await Promise.all([1, 2, 3, 4].map(() => createSequencer({ storage, runtime }).run()))
    expect(counts.reduce((sum, count) => sum + count)).toBe(3_000)
    const listed = seals.flatMap((seal) => seal.events.map(String))
    expect(listed).toHaveLength(3_000)
    expect(new Set(listed).size).toBe(3_000)
    expect(seals.map(({ first }) => first)).toEqual([1, 1_001, 2_001])
  })

  it('does not seal again what another process seals between its two reads', async () => {
    const { seals, storage } = unsealedStorage([eventOf('pay_1', 1)])
    const rival = createSequencer({ storage, runtime })
    let before: Promise<unknown> | undefined
    const slow: Storage = {
      ...storage,
      async unsealed(limit) {
        const seen = await storage.unsealed(limit)
        before ??= rival.run() // after this read, before the seal
        await before
        return seen
      },
    }
    expect(await createSequencer({ storage: slow, runtime }).run()).toBe(0)
    expect(seals).toHaveLength(1)
  })

  it('shares one run among callers of one process', async () => {
    const { storage } = unsealedStorage([eventOf('pay_1', 1)])
    const sequencer = createSequencer({ storage, runtime })
    expect(await Promise.all([sequencer.run(), sequencer.run()])).toEqual([1, 1])
    expect(await sequencer.run()).toBe(0)
  })

  it('passes on the failure of the storage, and can run again after it', async () => {
    const { storage } = unsealedStorage([eventOf('pay_1', 1)])
    let down = true
    const flaky: Storage = { ...storage, head: (p) => (down ? Promise.reject(new Error('down')) : storage.head(p)) }
    const sequencer = createSequencer({ storage: flaky, runtime })
    await expect(sequencer.run()).rejects.toThrow('down')
    down = false
    expect(await sequencer.run()).toBe(1)
  })

  it('tells readers after each seal, and how old the oldest unsealed event is', async () => {
    const { storage } = unsealedStorage([eventOf('pay_1', 1)])
    let told = 0
    const sequencer = createSequencer({
      storage,
      runtime,
      onSealed: () => {
        told += 1
      },
    })
    expect(await sequencer.lagMs()).toBe(600)
    await sequencer.run()
    expect([told, await sequencer.lagMs()]).toEqual([1, 0])
  })
})
