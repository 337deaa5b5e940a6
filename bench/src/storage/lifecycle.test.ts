import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import type { Change } from '@florin/core/storage'
import { expect, test } from 'vitest'
import { recordingStorage } from '../payments/recorded.ts'
import { zeroGateway } from '../payments/zero-gateway.ts'
import { keyOf, lifecycle } from './lifecycle.ts'

/** A cell without what differs from payment to payment: ids, instants, bytes, and the gateway's own names for things. */
const told = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return 'bytes'
  if (typeof value === 'number') return value > 1e12 ? 'instant' : Number.isInteger(value) ? value : 'fraction'
  if (typeof value === 'string') {
    return value
      .replace(/^zg_.*/, 'of the gateway')
      .replace(/\b(pay|att|evt)_[0-9a-z]{26}/g, '$1')
      .replace(/\b\d{16}$/, 'instant')
  }
  if (Array.isArray(value)) return value.map(told)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, cell]) => [name, told(cell)]))
}

const shape = ({ guards, effects }: Change): unknown =>
  [...guards, ...effects].map((op) => told('table' in op ? { ...op, table: op.table.name } : op))

test('the payments of the bench are, commit for commit and cell for cell, what the SDK commits', async () => {
  const { storage, changes } = recordingStorage()
  const florin = await createFlorin({
    storage,
    gateways: { sandbox: zeroGateway() },
    keys: ephemeralKeys(systemRuntime().random),
    merchants: { mer_1: { fee: { basisPoints: 250, fixed: { EUR: '0.25' } } } },
    defaultMerchant: 'mer_1',
  })
  const method = { type: 'card', token: 'pm_card_visa' } as const
  await florin.payments.create(
    { reference: 'order-0', amount: '49.90', currency: 'EUR', method },
    { idempotencyKey: keyOf(0) },
  )
  await florin.close()
  expect(lifecycle(0).changes.map(shape)).toEqual(changes.map(shape))
})
