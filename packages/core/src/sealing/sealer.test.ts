import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { systemRandom } from '../kernel/index.ts'
import { createSealer, ephemeralKeys, type KeyProvider, type Place, type SealingKey } from './index.ts'
import { KeyCache } from './key-cache.ts'

const place: Place = { table: 'attempts', column: 'request', merchant: 'mer_1', key: 'att_1' }
const secret = { token: 'tok_4242', amount: '49.90' }

const ready = async (keys: KeyProvider = ephemeralKeys(systemRandom), merchants = ['mer_1', 'mer_2']) => {
  const clock = { at: 1_000_000, now: () => clock.at }
  const sealer = createSealer({ keys, random: systemRandom, clock })
  for (const merchant of merchants) await sealer.ready(merchant)
  return { sealer, clock }
}

/** A provider that counts what it is asked, and can be made to fail. */
const watched = () => {
  const inner = ephemeralKeys(systemRandom)
  const calls = { current: 0, byId: 0 }
  const outage = { on: false }
  const guarded = <T>(name: 'current' | 'byId', give: () => Promise<T>): Promise<T> => {
    calls[name] += 1
    return outage.on ? Promise.reject(new Error('the KMS is down')) : give()
  }
  const keys: KeyProvider = {
    current: (scope) => guarded('current', () => inner.current(scope)),
    byId: (id) => guarded('byId', () => inner.byId(id)),
    index: (scope) => inner.index(scope),
  }
  return { inner, keys, calls, outage }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('what was sealed', () => {
  test('opens at its place as it was', async () => {
    const { sealer } = await ready()
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.string(), fc.string(), async (value, merchant, key) => {
        await sealer.ready(merchant)
        const at = { ...place, merchant, key }
        const bytes = sealer.seal(at, { value })
        const same = JSON.parse(JSON.stringify({ value }))
        expect(sealer.openNow(at, bytes)).toEqual(same)
        expect(await sealer.open(at, bytes)).toEqual(same)
      }),
    )
  })

  test('is, as text, given back byte for byte', async () => {
    const { sealer } = await ready()
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(sealer.openBytesNow(place, sealer.sealBytes(place, text))).toBe(text)
      }),
    )
    expect(await sealer.openBytes(place, sealer.sealBytes(place, '{"b":1,  "a":2}'))).toBe('{"b":1,  "a":2}')
  })

  test('does not show, and looks different every time', async () => {
    const { sealer } = await ready()
    const one = Buffer.from(sealer.seal(place, secret))
    expect(one.includes('tok_4242')).toBe(false)
    expect(one.includes('49.90')).toBe(false)
    expect(one.equals(Buffer.from(sealer.seal(place, secret)))).toBe(false)
  })

  test.each([
    ['row', { ...place, key: 'att_2' }],
    ['column', { ...place, column: 'action' }],
    ['table', { ...place, table: 'payments' }],
    ['merchant', { ...place, merchant: 'mer_2' }],
    ['split between its parts', { ...place, table: 'attemptsr', column: 'equest' }],
  ])('does not open in another %s', async (_, elsewhere) => {
    const { sealer } = await ready()
    const bytes = sealer.seal(place, secret)
    await expect(sealer.open(elsewhere, bytes)).rejects.toMatchObject({ code: 'storage_corrupt' })
    expect(() => sealer.openNow(elsewhere, bytes)).toThrow(/row, column or merchant/)
  })

  test('does not open as the other kind', async () => {
    const { sealer } = await ready()
    expect(() => sealer.openBytesNow(place, sealer.seal(place, secret))).toThrow(/JSON and not text/)
    expect(() => sealer.openNow(place, sealer.sealBytes(place, '"a"'))).toThrow(/text and not JSON/)
    const bytes = Uint8Array.from(sealer.sealBytes(place, '"a"'))
    bytes[0] = 0x11 // claims to be JSON
    expect(() => sealer.openNow(place, bytes)).toThrow(/was changed/)
  })

  test('opens with no bit changed and at no other length', async () => {
    const { sealer } = await ready()
    const bytes = sealer.seal(place, secret)
    const refused = async (changed: Uint8Array) => {
      const error = await sealer.open(place, changed).then(
        () => undefined,
        (reason: { code: string }) => reason,
      )
      expect(['storage_corrupt', 'key_unavailable']).toContain(error?.code)
    }
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await refused(changed)
    }
    for (let length = 0; length < bytes.length; length++) await refused(bytes.subarray(0, length))
    await refused(Buffer.concat([bytes, Buffer.of(0)]))
  })

  test('opens from a view into a larger buffer', async () => {
    const { sealer } = await ready()
    const bytes = sealer.seal(place, secret)
    const larger = new Uint8Array(bytes.length + 20).fill(7)
    larger.set(bytes, 10)
    expect(sealer.openNow(place, larger.subarray(10, 10 + bytes.length))).toEqual(secret)
  })
})

describe('keys', () => {
  test('after rotation new values get the new key, and old ones still open', async () => {
    const keys = ephemeralKeys(systemRandom)
    const { sealer, clock } = await ready(keys)
    const old = sealer.seal(place, secret)
    const oldId = (await keys.current({ merchant: 'mer_1' })).id
    keys.rotate()
    const newId = (await keys.current({ merchant: 'mer_1' })).id
    clock.at += 60_000
    expect(sealer.ready('mer_1')).toBeUndefined() // asks behind our back
    await settled()
    const fresh = sealer.seal(place, secret)
    expect(Buffer.from(old).includes(oldId)).toBe(true)
    expect(Buffer.from(fresh).includes(newId)).toBe(true)
    const { sealer: later } = await ready(keys)
    expect(later.openNow(place, old)).toBeUndefined()
    expect(await later.open(place, old)).toEqual(secret)
    expect(later.openNow(place, old)).toEqual(secret)
    expect(await later.open(place, fresh)).toEqual(secret)
  })

  test('a destroyed key erases what it sealed', async () => {
    const keys = ephemeralKeys(systemRandom)
    const { sealer } = await ready(keys)
    const bytes = sealer.seal(place, secret)
    const { id } = await keys.current({ merchant: 'mer_1' })
    keys.destroy(id)
    sealer.forget()
    await expect(sealer.open(place, bytes)).rejects.toMatchObject({ code: 'key_unavailable', details: { key: id } })
  })

  test('a destroyed key is noticed within minutes without being told', async () => {
    const keys = ephemeralKeys(systemRandom)
    const { sealer, clock } = await ready(keys)
    const bytes = sealer.seal(place, secret)
    keys.destroy((await keys.current({ merchant: 'mer_1' })).id)
    expect(sealer.openNow(place, bytes)).toEqual(secret)
    clock.at += 60_000
    sealer.openNow(place, bytes)
    await settled()
    expect(sealer.openNow(place, bytes)).toBeUndefined()
    await expect(sealer.open(place, bytes)).rejects.toMatchObject({ code: 'key_unavailable' })
  })

  test('a key that another host has is a missing key', async () => {
    const { sealer } = await ready()
    const { sealer: other } = await ready()
    const unlike: KeyProvider = { ...ephemeralKeys(systemRandom), byId: async () => undefined }
    const { sealer: third } = await ready(unlike, [])
    await expect(third.open(place, sealer.seal(place, secret))).rejects.toMatchObject({ code: 'key_unavailable' })
    await expect(other.open(place, sealer.seal(place, secret))).rejects.toMatchObject({ code: 'storage_corrupt' })
  })

  test('a provider is asked once for callers that come together, and not again while the answer is fresh', async () => {
    const { keys, calls } = watched()
    const { sealer, clock } = await ready(keys, [])
    await Promise.all([sealer.ready('mer_1'), sealer.ready('mer_1'), sealer.ready('mer_1')])
    expect(calls.current).toBe(1)
    clock.at += 59_999
    expect(sealer.ready('mer_1')).toBeUndefined()
    expect(calls.current).toBe(1)
  })

  test('an outage of the provider is ridden out for five minutes, and then refuses', async () => {
    const { keys, outage } = watched()
    const { sealer, clock } = await ready(keys)
    const bytes = sealer.seal(place, secret)
    outage.on = true
    clock.at += 299_999
    expect(sealer.ready('mer_1')).toBeUndefined()
    await settled()
    expect(sealer.openNow(place, sealer.seal(place, secret))).toEqual(secret)
    clock.at += 1
    await expect(sealer.ready('mer_1')).rejects.toThrow('the KMS is down')
    await expect(sealer.open(place, bytes)).rejects.toThrow('the KMS is down')
    outage.on = false
    await sealer.ready('mer_1')
    expect(sealer.openNow(place, bytes)).toEqual(secret)
  })

  test('a provider that is down is not asked at every payment', async () => {
    const { keys, calls, outage } = watched()
    const { sealer, clock } = await ready(keys, ['mer_1'])
    outage.on = true
    clock.at += 60_000
    for (let i = 0; i < 50; i++) {
      expect(sealer.ready('mer_1')).toBeUndefined()
      await settled()
      clock.at += 200
    }
    expect(calls.current).toBe(1 + 2) // once at the start, then twice in ten seconds
  })

  test('a key that comes near the limit of its cipher is reported once, and its successor starts afresh', async () => {
    const keys = ephemeralKeys(systemRandom)
    const clock = { at: 0, now: () => clock.at }
    const worn: string[] = []
    const cache = new KeyCache(keys, clock, (id) => worn.push(id), 3)
    await cache.ready('mer_1')
    for (let i = 0; i < 5; i++) cache.current('mer_1')
    expect(worn).toEqual(['e1/mer_1'])
    keys.rotate()
    clock.at += 300_000
    await cache.ready('mer_1')
    for (let i = 0; i < 2; i++) cache.current('mer_1')
    expect(worn).toHaveLength(1)
    cache.current('mer_1')
    expect(worn).toEqual(['e1/mer_1', 'e2/mer_1'])
  })

  test('sealing before the keys are there is refused', async () => {
    const { sealer } = await ready(undefined, [])
    expect(() => sealer.seal(place, secret)).toThrow(/await ready/)
    expect(() => sealer.blindIndex('mer_1', 'email', 'a@b.c')).toThrow(/await ready/)
  })

  test.each([
    ['31 bytes', { id: 'k', key: new Uint8Array(31) }],
    ['no id', { id: '', key: new Uint8Array(32) }],
    ['an id that is not ASCII', { id: 'schlüssel', key: new Uint8Array(32) }],
    ['a long id', { id: 'k'.repeat(201), key: new Uint8Array(32) }],
  ])('a key with %s is refused', async (_, key: SealingKey) => {
    const keys = { ...ephemeralKeys(systemRandom), current: async () => key }
    await expect(ready(keys)).rejects.toMatchObject({ code: 'configuration' })
  })
})

test('a blind index depends on merchant, purpose and value, and survives rotation', async () => {
  const keys = ephemeralKeys(systemRandom)
  const { sealer } = await ready(keys)
  const index = sealer.blindIndex('mer_1', 'email', 'ann@example.com')
  expect(index).toMatch(/^[0-9a-f]{64}$/)
  const others = [
    sealer.blindIndex('mer_2', 'email', 'ann@example.com'),
    sealer.blindIndex('mer_1', 'phone', 'ann@example.com'),
    sealer.blindIndex('mer_1', 'email', 'bob@example.com'),
    sealer.blindIndex('mer_1', 'emaila', 'nn@example.com'),
  ]
  expect(new Set([index, ...others]).size).toBe(5)
  keys.rotate()
  const { sealer: later } = await ready(keys)
  expect(later.blindIndex('mer_1', 'email', 'ann@example.com')).toBe(index)
})

test('what JSON cannot hold is refused without being quoted', async () => {
  const { sealer } = await ready()
  const loop: Record<string, unknown> = { pan: '4242424242424242' }
  loop.self = loop
  for (const value of [loop, { amount: 1n }, () => {}]) {
    expect(() => sealer.seal(place, value)).toThrow(/attempts\.request cannot be sealed/)
    try {
      sealer.seal(place, value)
    } catch (error) {
      expect(String(error)).not.toContain('4242')
    }
  }
  expect(() => sealer.sealBytes(place, 'a\ud800')).toThrow(/well-formed/)
})
