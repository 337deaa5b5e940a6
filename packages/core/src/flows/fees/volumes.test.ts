import { describe, expect, test } from 'vitest'
import type { AccountRow, Storage } from '../../storage/index.ts'
import { createVolumeReader } from './volumes.ts'

/** A storage whose readings answer when they are told to, in any order, with what stood when they began. */
const slow = () => {
  let posted = 0n
  const open: { readonly seen: bigint; readonly answer: (error?: Error) => void }[] = []
  const load = (_: unknown, keys: readonly { readonly account: string }[]): Promise<unknown> => {
    const seen = posted
    return new Promise((resolve, reject) => {
      const answer = (error?: Error): void => {
        if (error !== undefined) return reject(error)
        resolve(
          keys.map(({ account }) => {
            const row: Partial<AccountRow> = { account, currency: 'EUR', side: 'credit', creditsPosted: seen }
            return { ...row, debitsPosted: 0n, debitsPending: 0n, creditsPending: 0n, version: 1 }
          }),
        )
      }
      open.push({ seen, answer })
    })
  }
  return {
    open,
    storage: { load } as unknown as Pick<Storage, 'load'>,
    capture: (amount: bigint): void => {
      posted += amount
    },
  }
}

const NOVEMBER = { month: '2026-11', currencies: ['EUR'] }
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the volume that captures read', () => {
  test('has all that was committed before each asked, in two readings for however many', async () => {
    const { open, storage, capture } = slow()
    const reader = createVolumeReader(storage)
    const first = reader.ready('mer_1', NOVEMBER)
    await turn()
    capture(100n)
    const later = [1, 2, 3].map(() => reader.ready('mer_1', NOVEMBER))
    await turn()
    expect(open.map(({ seen }) => seen)).toEqual([0n])
    open[0]?.answer()
    await first
    expect(reader.of('mer_1', '2026-11', 'EUR')).toBe(0n)
    await turn()
    expect(open.map(({ seen }) => seen)).toEqual([0n, 100n])
    open[1]?.answer()
    await Promise.all(later)
    expect(reader.of('mer_1', '2026-11', 'EUR')).toBe(100n)
  })

  test('is read anew after a reading failed, which those who shared it hear of', async () => {
    const { open, storage, capture } = slow()
    const reader = createVolumeReader(storage)
    const failing = [reader.ready('mer_1', NOVEMBER), reader.ready('mer_1', NOVEMBER)]
    await turn()
    const next = reader.ready('mer_1', NOVEMBER)
    capture(5n)
    open[0]?.answer(new Error('cannot be read'))
    expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await turn()
    open[1]?.answer()
    await next
    expect(reader.of('mer_1', '2026-11', 'EUR')).toBe(5n)
  })

  test('of a month that has begun since is nothing, and of nobody who was not read there is none', async () => {
    const { open, storage, capture } = slow()
    const reader = createVolumeReader(storage)
    capture(7n)
    const ready = reader.ready('mer_1', NOVEMBER)
    await turn()
    open[0]?.answer()
    await ready
    expect(reader.of('mer_1', '2026-12', 'EUR')).toBe(0n)
    expect(reader.of('mer_1', '2026-11', 'USD')).toBe(0n)
    expect(() => reader.of('mer_2', '2026-11', 'EUR')).toThrow('was not read')
  })
})
