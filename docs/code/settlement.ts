import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { sandbox } from '@florin/testkit'

/** A marketplace: its sellers are paid on business mornings, its own money when somebody says so. */
export const openMarket = () =>
  createFlorin({
    storage: memoryStorage(),
    keys: ephemeralKeys(systemRuntime().random), // with a storage that lasts: keys that last
    gateways: { sandbox: sandbox() },
    settlement: {
      sellers: {
        mode: 'scheduled',
        owners: 'sellers',
        calendar: { zone: 'Europe/Berlin', at: '06:00', holidays: ['2026-12-25', '2027-01-01'] },
        delayDays: 2, // T+2
        minimum: { EUR: '10.00' }, // less is carried to the next settlement
        reserve: { kind: 'rolling', basisPoints: 500, days: 90 }, // 5 % of each, for 90 days
      },
      own: { mode: 'batch', owners: 'merchant', approval: 'operator' },
    },
  })

/** A settlement from its run to its statement. */
export const settle = async () => {
  const florin = await openMarket()
  const method = { type: 'card', token: 'tok_approve' } as const
  await florin.payments.create({ reference: 'order-1001', amount: '49.90', currency: 'EUR', method })

  await florin.settlements.run({ plan: 'own' })
  const { data } = await florin.settlements.list({ state: 'calculated' })
  for (const { id } of data) await florin.settlements.approve(id, { by: 'op_17' })

  const [settled] = (await florin.settlements.list({ limit: 1 })).data
  let csv = ''
  for await (const piece of await florin.settlements.statement(settled?.id ?? '', { format: 'csv' })) csv += piece
  const wallet = await florin.wallets.get() // or of a seller: { seller: 'ann' }
  await florin.close()
  return { settled, csv, wallet }
}
