import type { StatementItem, StatementLine } from '@florin/core/statements'
import { startAdyenDouble } from '@florin/testkit/adyen'
import { expect, onTestFinished, test } from 'vitest'
import { adyen, adyenSettlementDetail } from '../src/index.ts'
import { capture, charge, refund } from './commands.ts'

async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text)
}
const linesOf = async (text: string): Promise<readonly StatementLine[]> => {
  const items: StatementItem[] = []
  for await (const group of adyenSettlementDetail().read(bytes(text))) items.push(...group)
  return items.map((item) => {
    if (item.is !== 'line') throw new Error(`line ${item.line}: ${item.is === 'malformed' ? item.why : item.is}`)
    return item
  })
}
const sum = (lines: readonly StatementLine[]): bigint => lines.reduce((total, { net }) => total + net, 0n)

test('what the double settled is what its reports read, to the cent, with our references', async () => {
  const double = await startAdyenDouble({ accounts: { FlorinECOM: 'FlorinECOM' } })
  const { apiKey, url, disputesUrl } = double
  const gateway = adyen({ environment: 'test', apiKey, merchantAccount: 'FlorinECOM', baseUrl: url, disputesUrl })
  onTestFinished(async () => {
    await gateway.transport.close?.()
    await double.close()
  })
  const send = async (command: Parameters<typeof gateway.request>[0]) => {
    const sent = await gateway.transport.send(gateway.request(command), {
      account: 'FlorinECOM',
      deadline: Date.now() + 10_000,
    })
    if (sent.outcome !== 'answered') throw new Error(sent.reason)
    const answer = gateway.read(sent.response, command)
    if (answer.effect !== 'applied' && answer.effect !== 'pending')
      throw new Error(`the ${command.kind} is ${answer.effect}`)
    return answer.gatewayId
  }
  const gatewayId = await send(charge())
  const target = { attempt: charge().attempt, gatewayId }
  const captured = await send(capture({ target }))
  const REFUND = 'att_01kaexqd0af1t9p5meykwsh1cb'
  const back = await send(refund({ target, attempt: REFUND, key: REFUND, amount: 2_500n }))
  const dispute = double.dashboard.openDispute(gatewayId, { amount: 4_000n })
  const [batch] = double.closeBatches()

  const lines = await linesOf(batch?.report ?? '')
  expect(lines.map(({ kind, gross, fee }) => [kind, gross, fee])).toEqual([
    ['capture', 10_000n, 90n],
    ['refund', -2_500n, 0n],
    ['dispute', -4_000n, 750n],
    ['payout', -(batch?.paidOut ?? 0n), 0n],
  ])
  expect(sum(lines)).toBe(0n)
  expect(lines.map(({ references }) => [references.gatewayId, references.parentGatewayId, references.attempt])).toEqual(
    [
      [captured, gatewayId, capture().attempt],
      [back, gatewayId, REFUND],
      [dispute, gatewayId, charge().attempt],
      [null, null, null],
    ],
  )
  expect(lines.every(({ references }) => references.batch === `${batch?.number}`)).toBe(true)
  double.dashboard.decideDispute(dispute, 'won')
  const [second] = double.closeBatches()
  expect((await linesOf(second?.report ?? '')).map(({ kind, net }) => [kind, net])).toEqual([
    ['dispute_won', 4_000n],
    ['payout', -4_000n],
  ])
})
