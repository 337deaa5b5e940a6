import { FlorinError } from '@florin/core/gateways'

/** Where requests go: fixed at construction, so that no stored request can lead anywhere else. */
export interface BaseUrl {
  readonly origin: string
  /** Without a trailing slash; empty for the root. */
  readonly prefix: string
}

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/

const refuse = (why: string): never => {
  throw new FlorinError('configuration', `transport: baseUrl ${why}`)
}

const parse = (baseUrl: string): URL => {
  try {
    return new URL(baseUrl)
  } catch {
    return refuse("is not an absolute URL; give one such as 'https://api.example.com'")
  }
}

/** Checks a base URL. Its text is never repeated in an error: people put passwords into URLs. */
export const checkBaseUrl = (baseUrl: string, allowHttp: boolean): BaseUrl => {
  const url = parse(baseUrl)
  if (url.username !== '' || url.password !== '') return refuse('carries credentials; give them as `credentials`')
  if (url.search !== '' || url.hash !== '') return refuse('has a query or a fragment; leave them off')
  const http = url.protocol === 'http:' && (allowHttp || LOOPBACK.test(url.hostname))
  if (url.protocol !== 'https:' && !http)
    return refuse(
      `of ${url.protocol}//${url.host} is not https; plain http is for loopback, or with allowHttp in development`,
    )
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') }
}
