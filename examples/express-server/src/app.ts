import { fileURLToPath } from 'node:url'
import { type Florin, FlorinError } from '@florin/core'
import { createHandler, toNode } from '@florin/http'
import express, { type Express } from 'express'
import type { ApiKeys } from './api-keys.ts'
import type { TestCard } from './shop/cards.ts'
import { shopRoutes } from './shop/routes.ts'
import type { ShopSession } from './shop/session.ts'

const PUBLIC = fileURLToPath(new URL('../public', import.meta.url))

/** Everything that the page loads is ours; nothing may frame it or be sent a form of it. */
const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

interface AppParts {
  readonly florin: Florin
  readonly apiKeys: ApiKeys
  readonly cards: readonly TestCard[]
  readonly session: ShopSession
}

/** The Express server: Florin's API as it is, and the shop page beside it. */
export const createApp = ({ florin, apiKeys, cards, session }: AppParts): Express => {
  const handler = createHandler({
    florin,
    authorize: ({ headers }) => {
      const authorization = headers.get('authorization')
      const merchant =
        authorization === null
          ? session.merchantOf({ header: (name) => headers.get(name) })
          : apiKeys.merchantOf(authorization)
      if (merchant !== null) return { merchant }
      throw new FlorinError('unauthenticated', "send 'Authorization: Bearer <key>' with one of the keys of API_KEYS")
    },
  })
  const api = toNode(handler)
  const app = express()
  app.disable('x-powered-by')
  app.set('env', 'production') // or Express shows its callers stack traces
  app.use(api) // before any body parser, for webhooks are verified by their raw bytes; other paths go on to the shop
  app.use((_, response, next) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value)
    next()
  })
  app.use('/shop', shopRoutes({ florin, cards, session }))
  app.use(express.static(PUBLIC, { cacheControl: false }))
  app.use((request, response) => api(request, response)) // its not-found for everything else
  return app
}
