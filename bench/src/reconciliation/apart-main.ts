import { sqlite } from '@florin/storage-sqlite'
import { reconcileByFlorin } from './florin.ts'
import { reconcileByHand } from './hand.ts'
import { seed } from './seed.ts'

// Each part of the bench is a process of its own: what one leaves in memory, and what the other suites load, is not taken for what
// reading the file needs. Progress goes to stderr, what it found to stdout.
const [what = '', database = '', path = '', count = '0'] = process.argv.slice(2)
const lines = Number(count)
const tell = (text: string): void => void process.stderr.write(`${text}\n`)

const seeded = async (): Promise<object> => {
  const storage = sqlite(database)
  await storage.migrate()
  await seed(storage, path, lines, tell)
  await storage.close()
  return {}
}

const PARTS: Readonly<Record<string, () => Promise<object>>> = {
  seed: seeded,
  florin: () => reconcileByFlorin(database, path, lines, tell),
  hand: async () => ({ seconds: await reconcileByHand(database, path) }),
}

const part = PARTS[what]
if (part === undefined) throw new Error(`'${what}' is no part of this bench: ${Object.keys(PARTS).join(', ')}`)
process.stdout.write(JSON.stringify(await part()))
