import { expect, test } from 'vitest'
import { createDice } from './dice.ts'
import { Disk, type Files, keepAll, type Piece } from './disk.ts'
import type { DiskCall } from './disk-log.ts'

const written = (path: string, at: number, text: string): DiskCall => ({
  kind: 'written',
  path,
  at,
  bytes: Buffer.from(text),
})
const synced = (path: string): DiskCall => ({ kind: 'synced', path })

const after = (calls: readonly DiskCall[], files: Readonly<Record<string, string>> = {}): Disk => {
  const disk = new Disk(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])))
  for (const call of calls) disk.do(call)
  return disk
}
const texts = (files: Files) => Object.fromEntries([...files].map(([name, bytes]) => [name, String(bytes)]))
const nothing = (disk: Disk) =>
  texts(
    disk.cut(
      () => [],
      () => 0,
    ),
  )
const all = (disk: Disk) => texts(disk.cut(keepAll.keep, keepAll.names))

test('what was synced before a power cut is there, and what was not may be gone', () => {
  const calls = [written('a', 0, 'new'), synced('a'), written('a', 3, 'er'), written('b', 0, 'x')]
  const files = { a: 'old', b: 'b' }
  expect(nothing(after(calls, files))).toEqual({ a: 'new', b: 'b' })
  expect(all(after(calls, files))).toEqual({ a: 'newer', b: 'x' })
})

test('a new file has its name only once the folder is synced, however often the file is', () => {
  const calls: DiskCall[] = [{ kind: 'created', path: 'a' }, written('a', 0, 'text'), synced('a')]
  expect(nothing(after(calls))).toEqual({})
  expect(nothing(after([...calls, synced('')]))).toEqual({ a: 'text' })
})

test('a rename and a removal are undone unless the folder is synced', () => {
  const calls: DiskCall[] = [
    { kind: 'renamed', path: 'a', to: 'b' },
    { kind: 'removed', path: 'c' },
  ]
  const files = { a: '1', b: '2', c: '3' }
  expect(nothing(after(calls, files))).toEqual(files)
  expect(nothing(after([...calls, synced('')], files))).toEqual({ b: '1' })
  expect(all(after(calls, files))).toEqual({ b: '1' })
})

test('a write that was not synced is torn at the sectors of 512 bytes, wherever it begins', () => {
  let seen: readonly Piece[] = []
  const keep = (pieces: readonly Piece[]) => {
    seen = pieces
    return pieces.slice(1, 2)
  }
  const calls: DiskCall[] = [
    { kind: 'written', path: 'a', at: 500, bytes: Buffer.alloc(600, 'n') },
    { kind: 'truncated', path: 'a', size: 1_050 },
  ]
  const left = after(calls, { a: 'o'.repeat(2_000) }).cut(keep, () => 0)
  expect(seen.map(({ at, bytes, size }) => [at, bytes?.length, size])).toEqual([
    [500, 12, undefined],
    [512, 512, undefined],
    [1_024, 76, undefined],
    [undefined, undefined, 1_050],
  ])
  expect(String(left.get('a'))).toBe('o'.repeat(512) + 'n'.repeat(512) + 'o'.repeat(976))
})

test('a shorter file that grows again has zeros where its old bytes were', () => {
  const calls: DiskCall[] = [{ kind: 'truncated', path: 'a', size: 1 }, written('a', 3, 'z')]
  expect(all(after(calls, { a: 'abcd' }))).toEqual({ a: 'a\0\0z' })
})

test('dice can be thrown again, and lose nothing when they mix', () => {
  const things = Array.from({ length: 50 }, (_, index) => index)
  const mixed = createDice(3).shuffle(things)
  expect(mixed).toEqual(createDice(3).shuffle(things))
  expect(mixed).not.toEqual(things)
  expect(mixed.toSorted((a, b) => a - b)).toEqual(things)
})
