import { camt053 } from '@florin/bank'
import { formatAmount } from '@florin/core'
import { sandboxReport, settlementFile } from '@florin/testkit'
import { BANK } from './after.ts'
import { type BankEntry, camtStatement } from './bank-file.ts'
import type { Scene } from './story.ts'
import type { World } from './world.ts'

const gatewayReport: Scene<World> = {
  title: 'The gateway settles, and its report is held against the books',
  async play({ acquirer, example, settled }, { say, check }) {
    const { reconciliation } = example.florin
    const source = { gateway: 'sandbox', account: 'default' }
    for (const settlement of acquirer.settle()) {
      const file = {
        source,
        reader: sandboxReport(),
        bytes: settlementFile(settlement),
        onMalformed: 'refuse',
      } as const
      const run = await reconciliation.ingest(file)
      settled.push(settlement)
      const { matched, missingHere, amountDiffers } = run.counts
      say(
        `${settlement.currency}: ${run.place} lines, ${matched} matched; it pays ${formatAmount(settlement.net, settlement.currency)}.`,
      )
      check(`every line in ${settlement.currency} is known`, missingHere === 0 && amountDiffers === 0, run.counts)
      const again = await reconciliation.ingest(file)
      check('the same file again changes nothing', again.id === run.id, again)
    }
    const { data } = await example.florin.ledger.balances({ under: 'gateway/sandbox/default/receivable' })
    check(
      'the gateway owes nothing any more',
      data.every(({ posted }) => /^0(\.0+)?$/.test(posted)),
      data,
    )
  },
}

/** The bank's day: what the gateway and the payouts moved, with three things that are wrong. */
const bankDay = ({ bank, settled }: World): readonly BankEntry[] => {
  const payout = settled.find(({ currency }) => currency === 'EUR')
  if (payout === undefined) throw new Error('the gateway settled nothing in euros')
  const home = { id: 'B1', amount: payout.net - 100n, endToEnd: payout.id, text: 'Acquirer payout' } // 1.00 short
  const stranger = { id: 'B2', amount: 1_234n, endToEnd: null, text: 'Invoice 4711, thank you' } // nobody knows
  const own = bank.lines().map(
    ({ amount, reference, kind, code }, index): BankEntry => ({
      ...{ id: `P${index}`, amount, endToEnd: reference, text: kind === 'return' ? 'Returned' : 'Payout' },
      returned: kind === 'return' ? (code ?? undefined) : undefined,
    }),
  )
  const twice = own.filter(({ amount }) => amount < 0n).slice(0, 1)
  return [home, stranger, ...own, ...twice.map((entry) => ({ ...entry, id: 'B3' }))] // a payout that left twice
}

const bankFile: Scene<World> = {
  title: 'The bank’s statement has three things in it that are wrong',
  async play(world, { say, check }) {
    const { reconciliation, payouts } = world.example.florin
    const entries = bankDay(world)
    const day = new Date().toISOString().slice(0, 10)
    const bytes = camtStatement(entries, 'EUR', day)
    const file = { source: { bank: BANK }, reader: camt053(), onMalformed: 'refuse', bytes } as const
    const run = await reconciliation.ingest(file)
    say(`camt.053, ${run.place} lines: ${run.counts.matched} matched.`)
    const { data: back } = await payouts.list({})
    const returned = back.find(({ reference }) => reference === 'week-48')
    say(`It tells of the payout that came back: ${returned?.status}, ${returned?.code}.`)
    const bounced = returned?.status === 'returned' && /^[A-Z]{2}[0-9]{2}$/.test(returned.code ?? '')
    check('what bounced is available again, and the bank says why', bounced, back)
    const { data: breaks } = await reconciliation.breaks.list({ source: `bank/${BANK}`, limit: 100 })
    for (const { kind, why } of breaks) say(`${kind}: ${why}`)
    check('all three are found, and nothing else', breaks.length === 3, breaks)
    for (const one of breaks) {
      await reconciliation.breaks.assign(one.id, { owner: 'op_17' })
      const how = one.suggestion === undefined ? 'suspense' : 'post'
      await reconciliation.breaks.resolve(one.id, { how, by: 'op_17', note: 'asked the bank, which agrees' })
    }
    const { data: left } = await reconciliation.breaks.list({ source: `bank/${BANK}`, limit: 100 })
    check('each is explained and resolved', left.length === 0, left)
    check('the same file again changes nothing', (await reconciliation.ingest(file)).id === run.id)
  },
}

const closing: Scene<World> = {
  title: 'The books close',
  async play({ example }, { say, check }) {
    const { florin } = example
    let rows = 0
    const sums = new Map<string, bigint>()
    for await (const row of florin.reports.all.trialBalance()) {
      if (row.row === 'total') continue
      rows += 1
      const cents = (text: string): bigint => BigInt(text.replace('.', ''))
      sums.set(row.currency, (sums.get(row.currency) ?? 0n) + cents(row.debits) - cents(row.credits))
    }
    say(`The trial balance: ${rows} accounts in ${sums.size} currencies.`)
    check(
      'it sums to zero in every currency',
      [...sums.values()].every((sum) => sum === 0n),
      [...sums],
    )
    const report = await florin.reconciliation.check('all')
    check('wallets, ledger and events agree', report.problems === 0, report)
    const { ok, chain, ledger } = await florin.verify()
    say(`verify: ${ledger.checked.transactions} transactions, ${chain.events} events.`)
    check('the chain verifies', ok, { chain, ledger })
  },
}

/** The books after all that. */
export const BOOKS: readonly Scene<World>[] = [gatewayReport, bankFile, closing]
