import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatAmount } from '../money/index.ts'
import type { Posting, PostOp } from '../records/index.ts'
import {
  availableOf,
  balanceOf,
  bankAccount,
  book,
  capturePostings,
  feeOf,
  frozenOf,
  gatewayCosts,
  gatewayDisputed,
  gatewayTransit,
  hedgeCosts,
  hedgeTrades,
  holdPostings,
  monthVolume,
  payoutsOf,
  pendingOf,
  platformFees,
  receivable,
  refundPostings,
  releasePostings,
  reserveOf,
  suspense,
  trading,
  volumeCounted,
} from './index.ts'

const guide = readFileSync(new URL('../../../../docs/ledger.md', import.meta.url), 'utf8')

test('the guide lists every account of the chart, with its side', () => {
  const rows = [...guide.matchAll(/^\| `([^`]+<currency>)` \| (debit|credit) \|/gm)].map(([, path, side]) => [
    path,
    side,
  ])
  const chart = [
    receivable('G', 'A', 'C'),
    gatewayCosts('G', 'A', 'C'),
    gatewayTransit('G', 'A', 'C'),
    gatewayDisputed('G', 'A', 'C'),
    bankAccount('B', 'C'),
    ...[null, 'S'].flatMap((owner) =>
      [pendingOf, availableOf, frozenOf, reserveOf, payoutsOf].map((of) => of(owner, 'C')),
    ),
    platformFees('C'),
    { ...trading('EUR', 'USD', 'C'), account: 'trading/P/C' },
    hedgeTrades('P', 'H', 'C'),
    hedgeCosts('H', 'C'),
    monthVolume('M', 'C'),
    volumeCounted('C'),
    suspense('C'),
  ]
  const names: Record<string, string> = {
    B: '<bank>',
    P: '<pair>',
    G: '<gateway>',
    A: '<account>',
    S: '<seller>',
    H: '<counterparty>',
    M: '<month>',
    C: '<currency>',
  }
  const shown = ({ account }: { account: string }) =>
    account
      .split('/')
      .map((part) => names[part] ?? part)
      .join('/')
  expect(rows).toEqual(chart.map((ref) => [shown(ref), ref.side]))
})

test('the example of the guide comes out as it says', () => {
  const at = { gateway: 'sandbox', account: 'main', currency: 'EUR' }
  const of = (amount: bigint) => [{ beneficiary: null, amount }]
  const fee = feeOf(3000n, 'EUR', { basisPoints: 290 })
  const steps: readonly (readonly [name: string, postings: readonly Posting[]])[] = [
    ['authorised', holdPostings({ ...at, shares: of(4990n) })],
    ['captured', capturePostings({ ...at, held: true, shares: of(3000n), fee })],
    ['released', releasePostings({ ...at, shares: of(1990n) })],
    ['refunded', refundPostings({ ...at, shares: of(1000n) })],
  ]
  const accounts = [receivable('sandbox', 'main', 'EUR'), pendingOf(null, 'EUR'), platformFees('EUR')]
  const lines = steps.map(([name], last) => {
    const posts = steps.slice(0, last + 1).map(([transaction, postings], i) => {
      return { op: 'post', merchant: 'mer_1', transaction, at: i, postings } as unknown as PostOp
    })
    const books = book(posts, new Map()).accounts.map(({ row }) => balanceOf(row))
    const cells = accounts.map(({ account }) => {
      const balance = books.find((one) => one.account === account)
      if (balance === undefined) return ''
      const [posted, pending] = [formatAmount(balance.posted, 'EUR'), formatAmount(balance.pending, 'EUR')]
      return balance.pending === 0n ? posted : `${posted}, ${pending} on hold`
    })
    return `| ${[name, ...cells].join(' | ')} |`.replace('|  |', '| |')
  })
  for (const line of lines) expect(guide).toContain(line)
})
