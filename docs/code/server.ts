import { createServer } from 'node:http'
import { createFlorin } from '@florin/core'
import { createHandler, toNode } from '@florin/http'
import { sqlite } from '@florin/storage-sqlite'
import { sandbox } from '@florin/testkit'

const florin = await createFlorin({ storage: sqlite('shop.db'), gateways: { sandbox: sandbox() } })
florin.start() // recovery and timers

const handler = createHandler({
  florin,
  authorize: (request) => (request.headers.get('authorization') === 'Bearer demo' ? { merchant: 'mer_default' } : null),
})
createServer(toNode(handler)).listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
