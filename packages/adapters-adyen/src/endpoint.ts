import { FlorinError } from '@florin/core/gateways'

/** Adyen's two worlds: nothing of one is known in the other. */
export type Environment = 'test' | 'live'

/** The version of Adyen's Checkout API that the adapter speaks. */
export const ADYEN_API_VERSION = 'v71'

interface Where {
  readonly environment: Environment
  readonly baseUrl: string | undefined
  readonly liveUrlPrefix: string | undefined
  readonly account: string
}

const refuse = (why: string): never => {
  throw new FlorinError('configuration', `adyen: ${why}`)
}

/** Hosts as in Adyen's official libraries: `checkout-test.adyen.com`, `{prefix}-checkout-live.adyenpayments.com`. Date: 2026-11-21. */
const worldOf = (hostname: string): Environment | null => {
  const host = hostname.replace(/\.$/, '') // a name with its root is the same name
  if (/(?:^|\.)adyenpayments\.com$/.test(host)) return /(?:^|[.-])test(?:[.-]|$)/.test(host) ? 'test' : 'live'
  if (/(?:^|\.)adyen\.com$/.test(host)) return /(?:^|[.-])live(?:[.-]|$)/.test(host) ? 'live' : 'test'
  return null
}

const ownEndpoint = ({ environment, liveUrlPrefix, account }: Where): string => {
  if (environment === 'test') return `https://checkout-test.adyen.com/${ADYEN_API_VERSION}`
  if (liveUrlPrefix === undefined)
    return refuse(
      `account '${account}' is live and has no liveUrlPrefix; the Customer Area shows it under Developers, API URLs`,
    )
  return `https://${liveUrlPrefix}-checkout-live.adyenpayments.com/checkout/${ADYEN_API_VERSION}`
}

/** Where an account's requests go. Throws `configuration` where the endpoint belongs to the other world; its text is not repeated. */
export const endpointOf = (where: Where): string => {
  const { baseUrl, environment, liveUrlPrefix, account } = where
  if (environment === 'test' && liveUrlPrefix !== undefined)
    refuse(`account '${account}' has a liveUrlPrefix, but environment is 'test'; leave it off, or say 'live'`)
  if (baseUrl === undefined) return ownEndpoint(where)
  if (!URL.canParse(baseUrl))
    return refuse("baseUrl is not an absolute URL; give one such as 'https://checkout-test.adyen.com/v71'")
  const { hostname, protocol } = new URL(baseUrl)
  if (environment === 'live' && protocol !== 'https:') refuse('a live key goes over https only; baseUrl is not https')
  const world = worldOf(hostname)
  if (world !== null && world !== environment)
    refuse(
      `environment is '${environment}', but baseUrl is a ${world} endpoint of Adyen's; keys of one are never sent to the other`,
    )
  return baseUrl
}

/** Where Adyen's Disputes API is, under a host of its own; the version is part of it. */
export const DISPUTES_PATH = '/ca/services/DisputeService/v30'

/**
 * Where acts on disputes go: the Customer Area's host, which has no prefix (docs.adyen.com/risk-management/disputes-api/disputes-api-reference
 * and Adyen's official libraries, 2026-11-21). Null where Checkout is spoken to at another endpoint than Adyen's, and none is named.
 */
export const disputesEndpointOf = ({ environment, baseUrl, disputesUrl }: DisputesWhere): string | null => {
  if (disputesUrl !== undefined) {
    if (!URL.canParse(disputesUrl))
      return refuse("disputesUrl is not an absolute URL; give one such as 'https://ca-test.adyen.com'")
    const { hostname, protocol } = new URL(disputesUrl)
    if (environment === 'live' && protocol !== 'https:')
      refuse('a live key goes over https only; disputesUrl is not https')
    const world = worldOf(hostname)
    if (world !== null && world !== environment)
      refuse(`environment is '${environment}', but disputesUrl is a ${world} endpoint of Adyen's`)
    return disputesUrl
  }
  return baseUrl === undefined || worldOf(new URL(baseUrl).hostname) !== null
    ? `https://ca-${environment}.adyen.com`
    : null
}

interface DisputesWhere {
  readonly environment: Environment
  readonly baseUrl: string | undefined
  readonly disputesUrl: string | undefined
}
