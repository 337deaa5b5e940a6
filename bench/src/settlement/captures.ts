import { randomBytes } from 'node:crypto'
import { systemRuntime } from '@florin/core'
import {
  type AccountRef,
  append,
  CATALOGUE,
  type Change,
  claim,
  createCommitter,
  type Posting,
  post,
  type Storage,
} from '@florin/core/storage'

const table = (name: string) => {
  const found = CATALOGUE.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no table '${name}'`)
  return found
}

const debit = (account: string): AccountRef => ({ account, side: 'debit', floor: null })
const credit = (account: string): AccountRef => ({ account, side: 'credit', floor: null })

const RECEIVABLE = debit('gateway/zero/main/receivable/EUR')
const PENDING = credit('merchant/pending/EUR')
const FEES = credit('platform/fees/EUR')

/** What each capture brings its merchant, after its fee: minor units. */
export const NET_MINOR = 4_865n

const POSTINGS: readonly Posting[] = [
  { debit: RECEIVABLE, credit: PENDING, amount: 4_990n, currency: 'EUR', phase: 'posted' },
  { debit: PENDING, credit: FEES, amount: 125n, currency: 'EUR', phase: 'posted' },
]

/** The books' part of a capture: its transaction, its postings and its event, as a payment leaves them. */
const captureOf = (merchant: string, number: number, at: number): Change => {
  const subject = `pay_bench${number}`
  const reference = `att_bench${number}/capture`
  const postings = POSTINGS.map((one) => [one.debit.account, one.credit.account, `${one.amount}`, 'EUR', 'posted'])
  const digest = randomBytes(32)
  const transaction = { merchant, reference, subject, type: 'capture', postings, metadata: null }
  const transactions = table('ledger_transactions') as Parameters<typeof claim>[0]
  const events = table('events') as Parameters<typeof append>[0]
  const event = { merchant, subject, version: 1, type: 'payment.captured', v: 1, at, data: {}, ledger: digest }
  return {
    guards: [
      claim(transactions, { ...transaction, effectiveAt: at, recordedAt: at, digest } as never),
      post(merchant, reference, at, POSTINGS),
    ],
    effects: [append(events, { ...event, id: systemRuntime().ids.make('evt'), digest: randomBytes(32) } as never)],
  }
}

const AT_ONCE = 2_048

/** Stores `captures` captures, evenly over the merchants. */
export const storeCaptures = async (
  storage: Storage,
  merchants: readonly string[],
  captures: number,
  onProgress: (what: string) => void,
): Promise<void> => {
  const committer = createCommitter({ storage, runtime: systemRuntime() })
  for (let done = 0; done < captures; done += AT_ONCE) {
    const at = Date.now()
    const some = Array.from({ length: Math.min(AT_ONCE, captures - done) }, (_, index) => {
      const merchant = merchants[(done + index) % merchants.length] as string
      return committer.commit(captureOf(merchant, done + index, at), { lane: 'outcome', merchant })
    })
    await Promise.all(some)
    if (done % (AT_ONCE * 25) === 0) onProgress(`settlement: ${done} of ${captures} captures stored`)
  }
  await committer.close()
}
