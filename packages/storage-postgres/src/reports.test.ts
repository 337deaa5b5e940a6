import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { sandbox } from '@florin/testkit'
import { expect, test } from 'vitest'
import { testServer } from '../test/server.ts'
import { postgres } from './index.ts'

const server = await testServer()

const method = { type: 'card', token: 'tok_approve' } as const
const refunds = { approvalAbove: { EUR: '20.00' } }

const all = async <R>(report: AsyncIterable<R>): Promise<readonly R[]> => {
  const rows: R[] = []
  for await (const row of report) rows.push(row)
  return rows
}

test('reports agree while money moves, and refunds are listed, approved and found by their ids', async () => {
  const florin = await createFlorin({
    storage: postgres({ url: server.url, schema: server.schema() }),
    gateways: { sandbox: sandbox() },
    keys: ephemeralKeys(systemRuntime().random),
    refunds,
  })
  let orders = 0
  const pay = (seller: string | null) => {
    orders += 1
    const reference = `order-${orders}`
    const parts = seller === null ? {} : { orders: [{ reference, seller, amount: '100.00' }] }
    return florin.payments.create({ reference, amount: '100.00', currency: 'EUR', method, ...parts })
  }
  const first = await pay(null)
  for (let n = 0; n < 4; n++) await pay(`s${n}`)
  let isOver = false
  const moving = (async () => {
    while (!isOver) await Promise.all([pay(null), pay(`t${orders}`)])
  })()
  try {
    for (let turn = 0; turn < 5; turn++) {
      const trial: string[] = []
      for await (const { row, debits, credits, balance } of florin.reports.all.trialBalance())
        if (row === 'total') trial.push(debits === credits ? balance : `${debits} is not ${credits}`)
      expect(trial).toEqual(['0.00'])
    }
  } finally {
    isOver = true
    await moving
  }
  await florin.tick()
  const { length: position } = await florin.events.head()
  const owned: Record<string, string> = {}
  for await (const { account, balance } of florin.reports.trialBalance({ position }))
    owned[account ?? 'total'] = balance
  const [earned] = await all(florin.reports.earnings({ by: 'all', position }))
  expect(earned).toMatchObject({ gross: `${orders}00.00`, net: `${orders}00.00` })
  expect(Number(owned['gateway/sandbox/default/receivable/EUR'])).toBe(orders * 98.5)
  const statement = await all(florin.reports.statement('seller/s1/pending/EUR'))
  expect(statement.map((one) => [one.row, one.balance])).toMatchObject([
    ['opening', '0.00'],
    ['entry', '0.00'], // held
    ['entry', '100.00'],
    ['closing', '100.00'],
  ])
  const [open] = await all(florin.reports.outstanding())
  expect(open).toMatchObject({ what: 'receivable', upToDay: owned['gateway/sandbox/default/receivable/EUR'] })

  await florin.payments.refund(first.id, { amount: '60.00' })
  const [request] = (await florin.refunds.list({ status: 'requested' })).data
  const decisions = [1, 2, 3].map((n) => florin.refunds.approve(request?.id ?? '', { by: `op_${n}` }))
  expect((await Promise.allSettled(decisions)).some((one) => one.status === 'fulfilled')).toBe(true)
  expect(await florin.refunds.get(request?.id ?? '')).toMatchObject({ status: 'succeeded', amount: '60.00' })
  expect((await florin.refunds.list({ payment: first.id })).data).toHaveLength(1)
  expect((await florin.payments.get(first.id)).refunded).toBe('60.00')
  expect((await florin.verify()).ok).toBe(true)
  await florin.close()
}, 120_000)
