// Raises the version of one row `times` times, beside other processes that do the same; each raise with an event and a posting.
import { sqlite } from '@florin/storage-sqlite'
import { batch, bump, change, event, keyOf, keyTable, pay } from './rows.ts'

const [file = '', name = '', times = '0'] = process.argv.slice(2)
const storage = sqlite({ file, busyTimeoutMs: 30_000, integrityCheck: 'none' })
await storage.migrate()
for (let done = 0; done < Number(times); ) {
  const [row] = await storage.load(keyTable, [keyOf('shared')])
  const version = (row as { version: number } | undefined)?.version ?? 0
  const [outcome] = await storage.commit(
    batch(change([bump('shared', version), pay(`${name}-${done}`)], [event(name, done + 1)])),
  )
  if (outcome?.committed === true) done += 1
}
await storage.close()
