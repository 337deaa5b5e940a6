// A process of its own for local-keys.test.ts: makes or reads the key file when told to, and says which key it got.
import { localKeys } from './index.ts'

const [, , file = ''] = process.argv
process.once('message', async () => {
  const { id, key } = await localKeys({ file }).current({ merchant: 'mer_1' })
  process.send?.(`${id} ${Buffer.from(key).toString('hex')}`)
  process.disconnect()
})
process.send?.('ready')
