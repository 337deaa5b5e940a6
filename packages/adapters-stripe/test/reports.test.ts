import type { StatementItem, StatementLine, StatementReader } from '@florin/core/statements'
import { startStripeDouble } from '@florin/testkit/stripe'
import { expect, onTestFinished, test } from 'vitest'
import { stripe, stripeBalanceTransactions, stripePayoutReconciliation } from '../src/index.ts'
import { capture, charge, refund } from './commands.ts'

const REFUND = `att_0${'3'.repeat(25)}` as const

const API_KEY = 'sk_test_florin'

async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text)
}
const linesOf = async (reader: StatementReader, text: string): Promise<readonly StatementLine[]> => {
  const items: StatementItem[] = []
  for await (const group of reader.read(bytes(text))) items.push(...group)
  return items.map((item) => {
    if (item.is !== 'line') throw new Error(`line ${item.line}: ${item.is === 'malformed' ? item.why : item.is}`)
    return item
  })
}
const sum = (lines: readonly StatementLine[]): bigint => lines.reduce((total, { net }) => total + net, 0n)

test('what the double’s books say is what its reports read, to the cent, with our references', async () => {
  const double = await startStripeDouble({ accounts: { default: { apiKey: API_KEY } } })
  const gateway = stripe({ apiKey: API_KEY, baseUrl: double.url })
  onTestFinished(async () => {
    await gateway.transport.close?.()
    await double.close()
  })
  const send = async (command: Parameters<typeof gateway.request>[0]) => {
    const sent = await gateway.transport.send(gateway.request(command), {
      account: 'default',
      deadline: Date.now() + 10_000,
    })
    if (sent.outcome !== 'answered') throw new Error(sent.reason)
    const answer = gateway.read(sent.response, command)
    if (answer.effect !== 'applied') throw new Error(`the ${command.kind} is ${answer.effect}`)
    return answer.gatewayId
  }
  const gatewayId = await send(charge())
  const target = { attempt: charge().attempt, gatewayId }
  const captured = await send(capture({ target }))
  const back = await send(refund({ target, attempt: REFUND, key: REFUND, amount: 2_500n }))
  const dispute = double.dashboard.openDispute(gatewayId, { amount: 4_000n })
  const [payout] = double.payOut()

  const lines = await linesOf(stripeBalanceTransactions(), double.balanceReport())
  expect(lines.map(({ kind, gross, fee }) => [kind, gross, fee])).toEqual([
    ['capture', 10_000n, 320n],
    ['refund', -2_500n, 0n],
    ['dispute', -4_000n, 1_500n],
    ['payout', -(payout?.amount ?? 0n), 0n],
  ])
  expect(sum(lines)).toBe(0n)
  expect(lines.map(({ references }) => [references.gatewayId, references.attempt])).toEqual([
    [captured, charge().attempt],
    [back, REFUND],
    [dispute, charge().attempt],
    [payout?.id, null],
  ])
  expect(new Set(lines.map(({ id }) => id)).size).toBe(4)
  const paid = await linesOf(stripePayoutReconciliation(), double.balanceReport({ payout: payout?.id ?? '' }))
  expect(sum(paid)).toBe(payout?.amount)
  expect(paid.every(({ references }) => references.batch === payout?.id)).toBe(true)
})
