import { describe, expect, it } from 'vitest'
import { memoryStorage } from '../memory/index.ts'
import { type EventRow, events, type SealRow, type Storage, seals } from '../storage/index.ts'
import { appendEvent, eventDigest } from './event.ts'
import { currentHead } from './heads.ts'
import { merkleRoot, sealEvents, sealHash } from './seal.ts'
import type { TruthSource } from './truth.ts'
import { type ChainReport, type VerifyOptions, verifyChain } from './verify.ts'

/** The database as somebody who can write to it sees it. */
interface Files {
  readonly events: EventRow[]
  readonly seals: SealRow[]
}

/** Three seals: pay_1 has versions 1, 2, 3 (one a seal), pay_2 has 1 and 2. Five events. */
const written = async (): Promise<Files> => {
  const storage = memoryStorage()
  let n = 0
  const batches = [['pay_1', 'pay_2'], ['pay_1', 'pay_2'], ['pay_1']]
  for (const [index, subjects] of batches.entries()) {
    const effects = subjects.map((subject) => {
      n += 1
      const id = `evt_${String(n).padStart(26, '0')}` as const
      return appendEvent({ merchant: 'mer_1', subject, version: index + 1, id, type: 'made', at: n, data: { n } })
    })
    await storage.commit({ id: `bat_${n}`, at: 1, changes: [{ guards: [], effects }] })
  }
  const files: Files = { events: [], seals: [] }
  for await (const page of storage.scan(events, { index: 'key', equals: {} })) files.events.push(...page)
  for await (const page of storage.scan(seals, { index: 'key', equals: {} })) files.seals.push(...page)
  return files
}

/** As far as verification reads one. */
const storageOf = (files: Files, unsealed: readonly EventRow[] = []): Storage => {
  const parts: Pick<Storage, 'load' | 'scan' | 'unsealed' | 'head'> = {
    load: async (_, keys) =>
      keys.map((key) => {
        const { subject, version } = key as unknown as EventRow
        return [...files.events, ...unsealed].find((e) => e.subject === subject && e.version === version) as never
      }),
    async *scan() {
      for (const seal of files.seals) yield [seal as never]
    },
    unsealed: async () => unsealed,
    head: async () => files.seals.at(-1),
  }
  return parts as Storage
}
const reportOn = (files: Files, options?: VerifyOptions): Promise<ChainReport> => verifyChain(storageOf(files), options)
const kindsOf = ({ problems }: ChainReport): readonly string[] => problems.map(({ kind }) => kind)
const edit = <T>(list: T[], index: number, change: (item: T) => T): void => {
  list[index] = change(list[index] as T)
}
const redigested = (event: EventRow): EventRow => ({ ...event, digest: eventDigest(event) })
const rehashed = (seal: SealRow): SealRow => ({ ...seal, hash: sealHash(seal) })

describe('verifyChain', () => {
  it('finds nothing wrong with a chain as it was written, and reports what it saw', async () => {
    const files = await written()
    const report = await verifyChain(storageOf(files))
    expect(report).toMatchObject({ ok: true, events: 5, seals: 3, unsealed: 0, problems: [], problemCount: 0 })
    expect(report.head).toEqual(await currentHead(storageOf(files)))
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
    expect(await verifyChain(memoryStorage())).toMatchObject({ ok: true, events: 0, head: { length: 0 } })
  })

  it('detects a changed event, with and without its digest recomputed', async () => {
    const files = await written()
    edit(files.events, 1, (event) => ({ ...event, data: { n: 99 } }))
    const report = await reportOn(files)
    expect(report.problems).toMatchObject([{ kind: 'event_changed', subject: 'pay_1', position: 3 }])
    edit(files.events, 1, redigested)
    expect(kindsOf(await reportOn(files))).toEqual(['root_mismatch'])
  })

  it('detects a changed event even where its whole seal was recomputed', async () => {
    const files = await written()
    edit(files.events, 0, (event) => redigested({ ...event, at: 0 }))
    const digests = (files.seals[0] as SealRow).events.map(([, subject, version]) => {
      const event = files.events.find((e) => e.subject === subject && e.version === version)
      return event?.digest as Uint8Array
    })
    edit(files.seals, 0, (seal) => rehashed({ ...seal, root: merkleRoot(digests) }))
    expect(kindsOf(await reportOn(files))).toEqual(['chain_broken'])
  })

  it('detects a deleted event', async () => {
    const files = await written()
    files.events.splice(2, 1)
    const report = await reportOn(files)
    expect(report.problems).toMatchObject([{ kind: 'event_missing', subject: 'pay_1', position: 5 }])
    expect(report.events).toBe(4)
  })

  it('detects an event that was cut out of its seal, and one that was put in', async () => {
    const files = await written()
    edit(files.seals, 1, (seal) => ({ ...seal, events: seal.events.slice(0, 1) }))
    expect(kindsOf(await reportOn(files))).toEqual(expect.arrayContaining(['seal_changed', 'root_mismatch']))
    edit(files.seals, 1, (seal) => ({
      ...seal,
      events: [...seal.events, ['mer_1', 'pay_2', 2] as const, ['mer_1', 'pay_1', 1] as const],
    }))
    expect(kindsOf(await reportOn(files))).toEqual(expect.arrayContaining(['seal_changed', 'root_mismatch']))
  })

  it('detects events that changed places within a seal', async () => {
    const files = await written()
    edit(files.seals, 0, (seal) => ({ ...seal, events: seal.events.toReversed() }))
    expect(kindsOf(await reportOn(files))).toEqual(['root_mismatch'])
  })

  it('detects seals that changed places, and a seal that was deleted', async () => {
    const swapped = await written()
    edit(swapped.seals, 0, (seal) => ({ ...seal, first: 3 }))
    edit(swapped.seals, 1, (seal) => ({ ...seal, first: 1 }))
    swapped.seals.sort((a, b) => a.first - b.first)
    expect(kindsOf(await reportOn(swapped))).toEqual(
      expect.arrayContaining(['chain_broken', 'seal_changed', 'subject_order']),
    )
    const holed = await written()
    holed.seals.splice(1, 1)
    expect(kindsOf(await reportOn(holed))).toEqual(
      expect.arrayContaining(['position_gap', 'chain_broken', 'subject_order']),
    )
  })

  it('detects versions of a subject that are sealed out of order, twice, or not at all', async () => {
    const { events: all } = await written()
    const [one, two, three] = all.filter(({ subject }) => subject === 'pay_1') as [EventRow, EventRow, EventRow]
    for (const order of [[two, one], [one, one], [one, three], [two]]) {
      const report = await reportOn({ events: all, seals: [...sealEvents(undefined, 0, 1, order)] })
      expect(new Set(kindsOf(report))).toEqual(new Set(['subject_order']))
    }
  })

  it('detects truncation by an earlier head or a minimum length, and passes both on the whole chain', async () => {
    const files = await written()
    const head = await currentHead(storageOf(files))
    const whole = { ...(head && { expectHead: head }), minimumLength: 5 }
    expect((await reportOn(files, whole)).ok).toBe(true)
    files.seals.pop()
    expect((await reportOn(files)).ok).toBe(true) // nothing left in the database tells
    expect(kindsOf(await reportOn(files, { minimumLength: 5 }))).toEqual(['truncated'])
    expect(kindsOf(await reportOn(files, whole))).toEqual(['truncated'])
  })

  it('detects a chain that was rewritten from the start, by an earlier head', async () => {
    const files = await written()
    const expectHead = await currentHead(storageOf({ ...files, seals: files.seals.slice(0, 2) }))
    if (expectHead === undefined) throw new Error('no head')
    expect((await reportOn(files, { expectHead })).ok).toBe(true)
    const forged = files.events.map((event) => redigested({ ...event, data: { forged: true } }))
    const report = await reportOn(
      { events: forged, seals: [...sealEvents(undefined, 0, 1, inOrder(forged))] },
      { expectHead },
    )
    expect(kindsOf(report)).toEqual(['head_mismatch'])
  })

  it('refuses a head of another partition', async () => {
    const expectHead = { partition: 1, length: 0, hash: '', at: 0 }
    await expect(reportOn(await written(), { expectHead })).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('lists a bounded number of problems, and counts all', async () => {
    const files = await written()
    files.events.length = 0
    const report = await reportOn(files, { maxProblems: 2 })
    expect([report.ok, report.problems.length, report.problemCount]).toEqual([false, 2, 5])
  })

  it('adds what the caller inspects', async () => {
    const report = await reportOn(await written(), {
      inspect: async (rows) => (rows.some(({ version }) => version === 3) ? ['no such transaction'] : []),
    })
    expect(report.problems).toEqual([{ kind: 'inspection', position: 5, subject: null, detail: 'no such transaction' }])
  })
})

describe('truth', () => {
  const truth = (versions: Readonly<Record<string, number>>): TruthSource => ({
    prefix: 'pay_',
    async *rows() {
      yield Object.entries(versions).map(([subject, version]) => ({ merchant: 'mer_1', subject, version }))
    },
  })

  it('agrees when every row has as many versions as events', async () => {
    expect((await reportOn(await written(), { truth: [truth({ pay_1: 3, pay_2: 2 })] })).ok).toBe(true)
  })

  it('detects rows that were rolled back, deleted, or changed without an event', async () => {
    const files = await written()
    const rolledBack = await reportOn(files, { truth: [truth({ pay_1: 2, pay_2: 2 })] })
    expect(rolledBack.problems).toMatchObject([{ kind: 'truth_mismatch', subject: 'pay_1' }])
    const deleted = await reportOn(files, { truth: [truth({ pay_1: 3 })] })
    expect(deleted.problems).toMatchObject([{ kind: 'truth_mismatch', subject: 'pay_2' }])
    const silent = await reportOn(files, { truth: [truth({ pay_1: 3, pay_2: 3, pay_3: 1 })] })
    expect(silent.problems).toMatchObject([
      { kind: 'event_missing', subject: 'pay_2' },
      { kind: 'event_missing', subject: 'pay_3' },
    ])
  })

  it('detects a chain that was cut off at its end together with its events', async () => {
    const files = await written()
    files.seals.pop()
    files.events.splice(2, 1)
    const report = await reportOn(files, { truth: [truth({ pay_1: 3, pay_2: 2 })] })
    expect(report.problems).toMatchObject([{ kind: 'event_missing', subject: 'pay_1' }])
  })

  it('takes events that are too new to be sealed into account, if they are intact', async () => {
    const files = await written()
    const fresh = redigested({ ...(files.events[2] as EventRow), version: 4 })
    const options = { truth: [truth({ pay_1: 4, pay_2: 2 })] }
    expect(await verifyChain(storageOf(files, [fresh]), options)).toMatchObject({ ok: true, unsealed: 1 })
    const report = await verifyChain(storageOf(files, [{ ...fresh, at: 0 }]), options)
    expect(report.problems).toMatchObject([{ kind: 'event_changed', subject: 'pay_1' }])
  })
})

const inOrder = (all: readonly EventRow[]): readonly EventRow[] => all.toSorted((a, b) => a.version - b.version)
