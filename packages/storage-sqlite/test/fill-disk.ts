// Writes until there is no room, says what it was told, and that it can go on when there is room again in the log.
import { isFlorinError } from '@florin/core/storage'
import { sqlite } from '@florin/storage-sqlite'
import { batch, change, event, start } from './rows.ts'

const [file = ''] = process.argv.slice(2)
const storage = sqlite(file)
await storage.migrate()
let acknowledged = 0
try {
  for (;;) {
    await storage.commit(
      batch(change([start(`a${acknowledged}`, new Uint8Array(60_000))], [event('s', acknowledged + 1)])),
    )
    acknowledged += 1
  }
} catch (error) {
  const told = isFlorinError(error)
    ? { code: error.code, message: error.message }
    : { code: 'none', message: String(error) }
  console.log(JSON.stringify({ acknowledged, ...told }))
}
await storage.close()
