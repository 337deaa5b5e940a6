import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WebhookInboxRow } from './records.ts'
import {
  beginTry,
  type DeliveryNote,
  endTry,
  isExhausted,
  MOST_STRANGE_TRIES,
  MOST_TRIES,
  redriveSet,
} from './rules.ts'

/** A delivery as its clerk thinks of it. */
interface Naive {
  lies: 'waiting' | 'processed' | 'ignored' | 'dead' | 'quarantined'
  tries: number
}
interface Real {
  row: WebhookInboxRow
  now: number
}

/** Tries to work on it: `note` says why that was in vain, null that it was not. */
class Work implements fc.Command<Naive, Real> {
  private readonly note: DeliveryNote | null
  constructor(note: DeliveryNote | null) {
    this.note = note
  }
  check = (naive: Readonly<Naive>): boolean => naive.lies === 'waiting'
  toString = (): string => `a try: ${this.note ?? 'done'}`
  run(naive: Naive, real: Real): void {
    real.now += 1_000
    expect(isExhausted(real.row)).toBe(naive.tries >= MOST_TRIES)
    const begun = { ...real.row, ...beginTry(real.row, real.now + 60_000) }
    expect(begun.due).toBe(real.now + 60_000)
    real.row = { ...begun, ...endTry(begun, this.note, real.now) }
    naive.tries += 1
    if (this.note === null) naive.lies = 'processed'
    else if (this.note === 'unmatched') naive.lies = naive.tries >= MOST_STRANGE_TRIES ? 'ignored' : 'waiting'
    else naive.lies = naive.tries >= MOST_TRIES ? 'dead' : 'waiting'
    expectSame(naive, real)
  }
}

class Redrive implements fc.Command<Naive, Real> {
  check = (): boolean => true
  toString = (): string => 'a person: once more'
  run(naive: Naive, real: Real): void {
    real.row = { ...real.row, ...redriveSet(real.row, real.now) }
    naive.lies = 'waiting'
    naive.tries = 0
    expectSame(naive, real)
    expect(real.row.due).toBe(real.now)
  }
}

const expectSame = (naive: Naive, { row, now }: Real): void => {
  expect({ lies: row.state, tries: row.tries }).toEqual(naive)
  const waits = naive.lies === 'waiting'
  expect(row.queue).toBe(waits ? 'stripe' : null) // what does not wait is nobody's work
  if (waits) expect(row.due).toBeGreaterThanOrEqual(now)
  // Bytes of what waits, or is dead, are somebody's money: they are not dropped.
  expect(row.droppable).toBe(waits || naive.lies === 'dead' ? null : now)
}

const row = (state: Naive['lies']): WebhookInboxRow => ({
  ...({ id: 'whk_1', gateway: 'stripe', account: 'default' } as unknown as WebhookInboxRow),
  ...{ state, queue: state === 'waiting' ? 'stripe' : null, due: 0, tries: 0, note: null, droppable: null, version: 1 },
})

test('a delivery goes where its clerk would put it, is never worked on for ever, and is never dropped while it is somebody’s money', () => {
  const note = fc.constantFrom<DeliveryNote | null>(null, 'no_such_attempt', 'unmatched', 'unreadable', 'failed')
  const mostly = fc.constantFrom<DeliveryNote>(...Array.from({ length: 12 }, () => 'failed' as const), 'unmatched')
  const work = mostly.map((each) => new Work(each))
  const life = fc.commands(
    [note.map((each) => new Work(each)), ...Array.from({ length: 60 }, () => work), fc.constant(new Redrive())],
    { maxCommands: 80, size: 'max' },
  )
  const ends = new Set<string>()
  fc.assert(
    fc.property(life, fc.constantFrom<Naive['lies']>('waiting', 'quarantined'), (commands, lies) => {
      const real: Real = { row: row(lies), now: 1 }
      fc.modelRun(() => ({ model: { lies, tries: 0 } satisfies Naive, real }), commands)
      ends.add(real.row.state)
    }),
    { numRuns: 300, seed: 1 },
  )
  expect(ends).toEqual(new Set(['waiting', 'processed', 'ignored', 'dead', 'quarantined']))
})
