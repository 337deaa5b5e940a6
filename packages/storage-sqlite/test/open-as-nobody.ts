// Gives up root, then opens a file and commits to it: root may write what is read-only to everybody else.
import { isFlorinError } from '@florin/core/storage'
import { sqlite } from '@florin/storage-sqlite'
import { batch, change, start } from './rows.ts'

const [file = ''] = process.argv.slice(2)
sqlite(':memory:') // loads the driver while its files can be read
const NOBODY = 65_534
if (process.getuid?.() === 0) {
  process.setgroups?.([])
  process.setgid?.(NOBODY)
  process.setuid?.(NOBODY)
}
try {
  const storage = sqlite(file)
  await storage.migrate()
  await storage.commit(batch(change([start('x')])))
  console.log(JSON.stringify({ code: 'none' }))
} catch (error) {
  console.log(
    JSON.stringify(isFlorinError(error) ? { code: error.code, message: error.message } : { code: String(error) }),
  )
}
