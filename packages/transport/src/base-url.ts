import { FlorinError } from '@florin/core/gateways'

/** Where requests go: fixed at construction, so that no stored request can lead anywhere else. */
export interface BaseUrl {
  readonly origin: string
  /** Without a trailing slash; empty for the root. */
  readonly prefix: string
}

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/

const refuse = (name: string, why: string): never => {
  throw new FlorinError('configuration', `transport: ${name} ${why}`)
}

const parse = (name: string, baseUrl: unknown): URL => {
  try {
    return new URL(typeof baseUrl === 'string' ? baseUrl : '')
  } catch {
    return refuse(name, "is not an absolute URL; give one such as 'https://api.example.com'")
  }
}

/** Checks a base URL. Its text is never repeated in an error: people put passwords into URLs. */
export const checkBaseUrl = (name: string, baseUrl: unknown, allowHttp: boolean): BaseUrl => {
  const url = parse(name, baseUrl)
  if (url.username !== '' || url.password !== '') return refuse(name, 'carries credentials; give them as `credentials`')
  if (url.search !== '' || url.hash !== '') return refuse(name, 'has a query or a fragment; leave them off')
  const http = url.protocol === 'http:' && (allowHttp || LOOPBACK.test(url.hostname))
  if (url.protocol !== 'https:' && !http)
    return refuse(
      name,
      `of ${url.protocol}//${url.host} is not https; plain http is for loopback, or with allowHttp in development`,
    )
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') }
}

/** Where an account's requests go, or null where it was given none: never to another account's host. */
export type BaseUrlOf = (account: string) => BaseUrl | null

/** Checks one URL for all accounts, or one for each. */
export const checkBaseUrls = (given: string | Readonly<Record<string, string>>, allowHttp: boolean): BaseUrlOf => {
  if (typeof given !== 'object' || given === null) {
    const base = checkBaseUrl('baseUrl', given, allowHttp)
    return () => base
  }
  const entries = Object.entries(given)
  if (entries.length === 0) return refuse('baseUrl', 'names no account; give a URL for each')
  const bases = new Map(
    entries.map(([account, url]) => [account, checkBaseUrl(`baseUrl of account '${account}'`, url, allowHttp)]),
  )
  return (account) => bases.get(account) ?? null
}

/** Where a named host of the gateway is, or null where the adapter declared none of that name. */
export type HostOf = (name: string) => BaseUrl | null

/** Checks the gateway's further hosts. */
export const checkHosts = (given: Readonly<Record<string, string>>, allowHttp: boolean): HostOf => {
  if (typeof given !== 'object' || given === null) return refuse('hosts', 'is no record of URLs by name')
  const hosts = new Map(
    Object.entries(given).map(([name, url]) => [name, checkBaseUrl(`host '${name}'`, url, allowHttp)]),
  )
  return (name) => hosts.get(name) ?? null
}
