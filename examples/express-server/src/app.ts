import { fileURLToPath } from 'node:url'
import { type Florin, FlorinError } from '@florin/core'
import { createHandler, toNode } from '@florin/http'
import express, { type Express } from 'express'
import type { ApiKeys } from './api-keys.ts'
import { type ShopParts, shopRoutes } from './shop/routes.ts'

const PUBLIC = fileURLToPath(new URL('../public', import.meta.url))

/** Everything that a page loads is ours, nothing may frame it, and forms go where `formAction` says. */
const policy = (formAction: string): string =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`

/*
 * The page that sends buyers to a bank by a form. Browsers hold form-action against every redirect that follows, too, and where a bank
 * sends its customers nobody knows beforehand. So any web address will do there: the page has this one form, and no input.
 */
const BANK_PAGE = '/bank.html'

const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

interface AppParts extends ShopParts {
  readonly florin: Florin
  readonly apiKeys: ApiKeys
}

/** The Express server: Florin's API as it is, and the shop page beside it. */
export const createApp = ({ florin, apiKeys, ...shop }: AppParts): Express => {
  const handler = createHandler({
    florin,
    authorize: ({ headers }) => {
      const authorization = headers.get('authorization')
      const merchant =
        authorization === null
          ? shop.session.merchantOf({ header: (name) => headers.get(name) })
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
  app.use((request, response, next) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value)
    response.setHeader('content-security-policy', policy(request.path === BANK_PAGE ? 'https: http:' : "'self'"))
    next()
  })
  app.use('/shop', shopRoutes({ florin, ...shop }))
  app.use(express.static(PUBLIC, { cacheControl: false }))
  app.use((request, response) => api(request, response)) // its not-found for everything else
  return app
}
