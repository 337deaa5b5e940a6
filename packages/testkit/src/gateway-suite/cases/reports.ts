import assert from 'node:assert/strict'
import type { ExchangeReport } from '@florin/transport'
import { CARD_NUMBERS, holds, jsonOf, shown } from '../canaries.ts'
import { type CaseRuns, worldly } from '../case-run.ts'
import { performCommand } from '../performing.ts'
import type { GatewayWorld } from '../world.ts'

/** What a log would keep of a report, whole. */
const logged = (report: ExchangeReport): string => [report, report.request(), report.response()].map(shown).join('\n')

/** The secrets that travel: only those can a provider repeat, and only those does a transport know. */
const travelling = ({ harness, proxy }: GatewayWorld): readonly string[] => {
  const sent = jsonOf(proxy.seen)
  return harness.secrets.filter((secret) => holds(sent, secret))
}

/** Cases of what a transport tells the host's log. */
export const reportCases: CaseRuns<'secrecy.reports'> = {
  'secrecy.reports': worldly(async (world) => {
    const { harness, another, make, proxy, can } = world
    const reports: ExchangeReport[] = []
    const note = (report: ExchangeReport): void => void reports.push(report)
    const observed = another((double, url) => harness.variants?.observed?.(double, url, note) ?? assert.fail())
    const [account] = observed.accounts
    const [number = ''] = CARD_NUMBERS
    // A shop's clerk who notes a card number down: it goes to the provider as it is, and nowhere else.
    const charge = () =>
      make.charge(can.separateCapture ? 'authorize' : 'sale', { account, description: `by phone, card ${number}` })
    await performCommand(observed, charge())
    const canaries = [...CARD_NUMBERS, ...travelling(world)]
    const body = JSON.stringify({ error: { message: `refused ${canaries.join(' and ')}` } })
    proxy.arm({ how: 'forge', answer: { status: 400, headers: { 'x-echo': canaries.join(' ') }, body } })
    await performCommand(observed, charge())
    proxy.arm({ how: 'reset_after' })
    await performCommand(observed, charge())
    assert.ok(
      reports.length >= 3,
      `three charges were reported ${reports.length} times: hand \`onExchange\` to the transport`,
    )
    for (const [index, report] of reports.entries()) {
      const text = logged(report)
      const secret = harness.secrets.findIndex((each) => holds(text, each))
      assert.equal(secret, -1, `report ${index + 1} shows the harness's secret number ${secret + 1}`)
      const card = CARD_NUMBERS.find((each) => text.includes(each))
      assert.equal(card, undefined, `report ${index + 1} shows a card number`)
    }
  }),
}
