import Database from 'better-sqlite3'

const TOGETHER = 64 // merchants a transaction: as many as Florin has in flight

interface Line {
  readonly version: number
  readonly side: 'debit' | 'credit'
  readonly amount: number
  readonly type: string
}

/**
 * Settles every merchant as one would by hand: each entry of the pending account with its transaction's type, sums by kind, and one row with
 * what they come to, durable by the dozen. It moves no money, keeps no events, and knows neither reserve nor cut-off nor a second run.
 * Gives how many seconds that took.
 */
export const settleByHand = (file: string, merchants: readonly string[]): number => {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('create table hand_settlements (merchant text primary key, captures integer, fees integer, paid integer)')
  const lines = db.prepare(
    `select e.version, e.side, e.amount, t.type from entries e
     join ledger_transactions t on t.merchant = e.merchant and t.reference = e."transaction"
     where e.merchant = ? and e.account = 'merchant/pending/EUR' order by e.version`,
  )
  const insert = db.prepare('insert into hand_settlements values (?, ?, ?, ?)')
  const settle = (merchant: string): void => {
    let captures = 0
    let fees = 0
    for (const { side, amount, type } of lines.iterate(merchant) as IterableIterator<Line>) {
      if (type === 'capture' && side === 'credit') captures += amount
      else fees += amount
    }
    insert.run(merchant, captures, fees, captures - fees)
  }
  const some = db.transaction((names: readonly string[]) => names.forEach(settle))
  const start = performance.now()
  for (let at = 0; at < merchants.length; at += TOGETHER) some(merchants.slice(at, at + TOGETHER))
  const seconds = (performance.now() - start) / 1000
  db.close()
  return seconds
}
