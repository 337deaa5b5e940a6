import type { StatementItem } from '@florin/core/statements'
import { expect, test } from 'vitest'
import { sandbox } from '../index.ts'
import { drive } from '../test-driver.ts'
import { sandboxReport, settlementFile } from './report.ts'

const setUp = () => {
  const gateway = sandbox()
  const { run, charge } = drive(gateway)
  const authorized = async () => {
    const command = charge()
    await run(command)
    return command
  }
  return { authorized, acquirer: gateway.acquirer }
}

const read = async (bytes: Uint8Array, size = bytes.length): Promise<readonly StatementItem[]> => {
  const parts = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const items: StatementItem[] = []
  for await (const group of sandboxReport().read(parts())) items.push(...group)
  return items
}

const linesOf = (items: readonly StatementItem[]) => items.filter((one) => one.is === 'line')

test('a settlement file has a line for everything that moved, and they sum to the payout', async () => {
  const { authorized, acquirer } = setUp()
  const charge = await authorized()
  acquirer.dashboard.capture(charge.attempt, 9_000n)
  acquirer.dashboard.refund(charge.attempt, 2_000n)
  const { id } = acquirer.dashboard.openDispute(charge.attempt, { amount: 4_000n })
  acquirer.dashboard.decideDispute(id, 'won')
  const [settlement] = acquirer.settle()
  if (settlement === undefined) throw new Error('nothing was settled')
  const items = linesOf(await read(settlementFile(settlement)))
  expect(items.map(({ kind, gross }) => [kind, gross])).toEqual([
    ['capture', 9_000n],
    ['refund', -2_000n],
    ['dispute', -4_000n],
    ['fee', -1_500n],
    ['dispute_won', 4_000n],
    ['payout', -settlement.net],
  ])
  expect(items.reduce((sum, { net }) => sum + net, 0n)).toBe(0n)
  expect(items[0]?.references).toMatchObject({ attempt: charge.attempt, batch: settlement.id })
  expect(new Set(items.map((one) => one.id)).size).toBe(items.length)
  // However the bytes come, they say the same.
  expect(linesOf(await read(settlementFile(settlement), 7))).toEqual(items)
})

test('what is wrong with a line is told with its number, and the rest goes on; another file is refused', async () => {
  const { authorized, acquirer } = setUp()
  acquirer.dashboard.capture((await authorized()).attempt, 9_000n)
  const [settlement] = acquirer.settle()
  if (settlement === undefined) throw new Error('nothing was settled')
  const [head, capture, payout] = Buffer.from(settlementFile(settlement)).toString().trim().split('\n')
  const broken = [head, '{', capture?.replace('"9000"', '90.00'), capture?.replace('capture', 'gift'), payout].join(
    '\n',
  )
  const items = await read(Buffer.from(broken))
  expect(items.map((one) => (one.is === 'malformed' ? one.why : one.is))).toEqual([
    'line 2 is not a JSON object',
    'line 3 has the amount 90, not a whole number of minor units as text',
    'line 4 is of type "gift", which no settlement has',
    'line',
  ])
  await expect(read(Buffer.from('a;b;c\n'))).rejects.toThrow('no sandbox_settlement')
  await expect(read(new Uint8Array())).rejects.toThrow('empty')
})
