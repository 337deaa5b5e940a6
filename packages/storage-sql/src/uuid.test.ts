import { randomBytes } from 'node:crypto'
import { isFlorinError } from '@florin/core/storage'
import { expect, test } from 'vitest'
import { bytesOfId, idOfUuid, isIdOf, uuidOfId } from './uuid.ts'

const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

test('a UUID and its id tell the same, in both directions, and ids are in the order of their bytes', () => {
  const all = Array.from({ length: 2_000 }, () => randomBytes(16))
  all.push(Buffer.alloc(16, 0), Buffer.alloc(16, 255), Buffer.from('80'.padEnd(32, '0'), 'hex'))
  const ids = all.map((bytes) => {
    const id = idOfUuid(uuidOf(bytes), 'pay')
    const written = Buffer.alloc(18, 1)
    bytesOfId(id, 'pay', written, 1)
    expect(written.subarray(1, 17)).toEqual(bytes)
    expect([written[0], written[17]]).toEqual([1, 1])
    expect(uuidOfId(id, 'pay')).toBe(uuidOf(bytes))
    return id
  })
  const byBytes = [...all].sort(Buffer.compare).map((bytes) => idOfUuid(uuidOf(bytes), 'pay'))
  expect([...ids].sort()).toEqual(byBytes)
})

test('the known example of the TypeID specification', () => {
  expect(idOfUuid('01889c89-df6b-7f1c-a388-91396ec314bc', 'prefix')).toBe('prefix_01h2e8kqvbfwea724h75qc655w')
})

test.each([
  'pay_01h2e8kqvbfwea724h75qc655',
  'att_01h2e8kqvbfwea724h75qc655w',
  'pay_81h2e8kqvbfwea724h75qc655w',
  'pay_01h2e8kqvbfwea724h75qc655u',
  'pay_01H2E8KQVBFWEA724H75QC655W',
  'pay_01h2e8kqvbfwea724h75qc655é',
  'pay-01h2e8kqvbfwea724h75qc655w',
  '',
  7,
  null,
])('%s is no id of a payment', (value) => {
  expect(isIdOf(value, 'pay')).toBe(false)
  for (const convert of [() => uuidOfId(value, 'pay'), () => bytesOfId(value, 'pay', Buffer.alloc(16), 0)]) {
    expect(() => convert()).toThrow(expect.toSatisfy((error) => isFlorinError(error, 'invalid_request')))
  }
})
