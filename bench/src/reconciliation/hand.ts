import { createReadStream } from 'node:fs'
import Database from 'better-sqlite3'
import { minorOf, textLines } from './reader.ts'

const TOGETHER = 1_000 // lines a transaction: as many as Florin commits at once

/**
 * Reconciles as one would by hand: each line parsed, its attempt looked up by the index, one row that says whether it matches. It books
 * nothing, keeps no events, does not know a file again, and forgets everything but that row. Gives how many seconds that took.
 */
export const reconcileByHand = async (database: string, path: string): Promise<number> => {
  const db = new Database(database)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(
    'create table hand_matches (line text primary key, attempt text, gross integer, fee integer, result text) strict',
  )
  const find = db.prepare('select merchant, payment, amount, currency, state from attempts where id = ?')
  const insert = db.prepare('insert into hand_matches values (?, ?, ?, ?, ?)')
  const start = performance.now()
  const some = db.transaction((lines: readonly string[]) => {
    for (const text of lines) {
      const cells = text.split(',')
      const row = find.get(cells[1]) as { amount: number; state: string } | undefined
      const amount = minorOf(cells[2] ?? '')
      insert.run(
        cells[0],
        cells[1],
        amount,
        minorOf(cells[3] ?? ''),
        row?.amount === amount && row.state === 'applied' ? 'matched' : 'break',
      )
    }
  })
  let waiting: string[] = []
  let first = true
  for await (const lines of textLines(createReadStream(path))) {
    for (const text of lines) {
      if (first) first = false
      else if (waiting.push(text) === TOGETHER) {
        some(waiting)
        waiting = []
      }
    }
  }
  if (waiting.length > 0) some(waiting)
  const seconds = (performance.now() - start) / 1_000
  db.close()
  return seconds
}
