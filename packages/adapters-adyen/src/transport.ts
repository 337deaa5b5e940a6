import { FlorinError, type Transport } from '@florin/core/gateways'
import { httpTransport } from '@florin/transport'
import { DISPUTES_PATH } from './endpoint.ts'
import type { ResolvedOptions } from './options.ts'

/** Keys stay in this closure: they are added to what is sent, and are nowhere else. */
const httpTo = ({ accounts, http }: ResolvedOptions, baseUrl: string | Readonly<Record<string, string>>): Transport =>
  httpTransport({
    ...http,
    baseUrl,
    credentials(name) {
      const account = accounts.get(name)
      if (account === undefined) throw new FlorinError('configuration', 'adyen: there is no such account')
      return { 'x-api-key': account.apiKey }
    },
  })

/**
 * To Adyen's two hosts: Checkout's, which each account has a prefix of, and that of the Disputes API. Both are fixed at construction, and
 * which of them a request goes to is in its path, so that a stored request goes where it went.
 */
export const transportOf = (options: ResolvedOptions): Transport => {
  const checkout = httpTo(
    options,
    Object.fromEntries([...options.accounts].map(([name, { baseUrl }]) => [name, baseUrl])),
  )
  if (options.disputesUrl === null) return checkout
  const disputes = httpTo(options, options.disputesUrl)
  return {
    send: (request, context) =>
      (request.path.startsWith(`${DISPUTES_PATH}/`) ? disputes : checkout).send(request, context),
    async close() {
      await Promise.all([checkout.close?.(), disputes.close?.()])
    },
  }
}
