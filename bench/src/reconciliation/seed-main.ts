import { sqlite } from '@florin/storage-sqlite'
import { seed } from './seed.ts'

// A process of its own, so that what storing a million payments leaves in memory is not taken for what reading the file needs.
const [database = '', path = '', count = '0'] = process.argv.slice(2)
const storage = sqlite(database)
await storage.migrate()
await seed(storage, path, Number(count), (what) => void process.stderr.write(`${what}\n`))
await storage.close()
