// Commits batch after batch and says each one's number once it is durable, until somebody kills it.
import { writeSync } from 'node:fs'
import { sqlite } from '@florin/storage-sqlite'
import { batch, change, event, pay, start } from './rows.ts'

const [file = ''] = process.argv.slice(2)
const storage = sqlite(file)
await storage.migrate()
for (let n = 1; ; n++) {
  const changes = Array.from({ length: 8 }, (_, i) =>
    change([start(`${n}-${i}`, new Uint8Array(2_000)), pay(`${n}-${i}`)], [event(`s${i}`, n)]),
  )
  await storage.commit(batch(...changes))
  writeSync(1, `${n}\n`)
}
