import { FlorinError, type Transport } from '@florin/core/gateways'
import { httpTransport } from '@florin/transport'
import type { ResolvedOptions } from './options.ts'

/**
 * To Adyen's two hosts: Checkout's, which each account has a prefix of, and that of the Disputes API, by its name in the request. Both are fixed
 * at construction. Keys stay in this closure: they are added to what is sent, and are nowhere else.
 */
export const transportOf = ({ accounts, http, disputesUrl }: ResolvedOptions): Transport =>
  httpTransport({
    ...http,
    baseUrl: Object.fromEntries([...accounts].map(([name, { baseUrl }]) => [name, baseUrl])),
    hosts: disputesUrl === null ? {} : { disputes: disputesUrl },
    credentials(name) {
      const account = accounts.get(name)
      if (account === undefined) throw new FlorinError('configuration', 'adyen: there is no such account')
      return { 'x-api-key': account.apiKey }
    },
  })
