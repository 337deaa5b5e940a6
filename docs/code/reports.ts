import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { sandbox } from '@florin/testkit'

const openShop = () =>
  createFlorin({
    storage: memoryStorage(),
    keys: ephemeralKeys(systemRuntime().random), // with a storage that lasts: keys that last
    gateways: { sandbox: sandbox() },
    merchants: { mer_default: { fee: { basisPoints: 290, fixed: { EUR: '0.25' } } } },
  })

/** Sells twice, gives some of it back, and writes down what was earned. */
export const writeEarnings = async (file: string) => {
  const florin = await openShop()
  const method = { type: 'card', token: 'tok_approve' } as const
  const sold = await florin.payments.create({ reference: 'order-1001', amount: '100.00', currency: 'EUR', method })
  await florin.payments.create({ reference: 'order-1002', amount: '50.00', currency: 'EUR', method })
  await florin.payments.refund(sold.id, { amount: '40.00' })

  const { length: position } = await florin.events.head() // both reports as of the same moment
  const earnings = florin.reports.all.earnings({ by: 'month', zone: 'Europe/Berlin', position })
  await pipeline(earnings.csv(), createWriteStream(file))

  const balances: Record<string, string> = {}
  for await (const { account, currency, balance } of florin.reports.all.trialBalance({ position })) {
    balances[account ?? `total ${currency}`] = balance
  }
  await florin.close()
  return balances
}
