import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../kernel/index.ts'
import type { EventRow } from '../storage/index.ts'
import { eventDigest } from './event.ts'
import { GENESIS, merkleRoot, sealEvents, sealHash } from './seal.ts'

const eventsOf = (count: number, from = 1): EventRow[] =>
  Array.from({ length: count }, (_, index) => {
    const content = {
      merchant: 'mer_1',
      subject: `pay_${from + index}`,
      version: 1,
      id: `evt_${from + index}`,
      type: 'payment.created',
      v: 1,
      at: 5,
      data: {},
      ledger: null,
    } as const
    return { ...content, digest: eventDigest(content) }
  })

/** RFC 6962, section 2.1, as it is written there. */
const rfcRoot = (leaves: readonly Uint8Array[]): Uint8Array => {
  if (leaves.length === 1) return leaves[0] as Uint8Array
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  const node = Buffer.concat([Buffer.of(1), rfcRoot(leaves.slice(0, split)), rfcRoot(leaves.slice(split))])
  return hash('sha256', node, 'buffer')
}

describe('merkleRoot', () => {
  it('is the tree hash of RFC 6962 for any number of leaves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 70 }),
        (leaves) => {
          expect(toHex(merkleRoot(leaves))).toBe(toHex(rfcRoot(leaves)))
        },
      ),
    )
    expect(toHex(merkleRoot([]))).toBe(hash('sha256', ''))
  })
})

describe('sealEvents', () => {
  it('starts a chain at position 1, with 32 zero bytes before it', () => {
    const [seal, ...more] = sealEvents(undefined, 0, 9, eventsOf(3))
    expect(more).toEqual([])
    expect(seal).toMatchObject({ partition: 0, first: 1, size: 3, at: 9 })
    expect(seal?.previous).toEqual(GENESIS)
    expect(toHex(GENESIS)).toBe('0'.repeat(64))
    expect(seal?.events).toEqual([
      ['mer_1', 'pay_1', 1],
      ['mer_1', 'pay_2', 1],
      ['mer_1', 'pay_3', 1],
    ])
  })

  it('is fixed for ever: stored chains are verified with it', () => {
    const [seal] = sealEvents(undefined, 0, 9, eventsOf(3))
    expect(toHex(seal?.hash ?? GENESIS)).toMatchInlineSnapshot(
      `"7e76c7f1470f16a15a812c96ddb1a6b7520ac4ec2f420ef05bb0db49504869f0"`,
    )
  })

  it('continues a chain after its head', () => {
    const [head] = sealEvents(undefined, 0, 9, eventsOf(3))
    const [next] = sealEvents(head, 0, 10, eventsOf(2, 4))
    expect(next).toMatchObject({ first: 4, size: 2 })
    expect(next?.previous).toEqual(head?.hash)
  })

  it('puts up to 1,000 events into a seal, and chains the seals of one call', () => {
    const seals = sealEvents(undefined, 0, 9, eventsOf(2_001))
    expect(seals.map(({ first, size }) => [first, size])).toEqual([
      [1, 1_000],
      [1_001, 1_000],
      [2_001, 1],
    ])
    expect(seals[2]?.previous).toEqual(seals[1]?.hash)
    expect(sealEvents(undefined, 0, 9, [])).toEqual([])
  })

  it('hashes partition, position, size, root and predecessor', () => {
    const seal = { partition: 0, first: 1, size: 1, root: new Uint8Array(32), previous: GENESIS }
    const other = new Uint8Array(32).fill(1)
    const hashes = [
      seal,
      { ...seal, partition: 1 },
      { ...seal, first: 2 },
      { ...seal, size: 2 },
      { ...seal, root: other },
    ]
    expect(new Set([...hashes, { ...seal, previous: other }].map((each) => toHex(sealHash(each)))).size).toBe(6)
  })
})
