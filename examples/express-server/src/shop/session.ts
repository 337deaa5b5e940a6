import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { FlorinError } from '@florin/core'

/*
 * How the shop page acts without an API key in its source. It asks this server for a session: a cookie that scripts cannot read, that
 * dies with the process and that acts for one merchant only, on the same HTTP API as everybody else. The page plays buyer and
 * shopkeeper at once, so whoever opens it may refund: therefore there are sessions only while the server listens on loopback, unless
 * SHOP=on says otherwise. Another site that the browser visits can do nothing with it:
 *  - SameSite=Strict keeps the cookie off requests from other sites, and the header below off those from other origins, such as
 *    another port of this machine: a custom header needs CORS, which this server never grants;
 *  - the Host header must be a name of ours, or a site whose name was rebound to 127.0.0.1 would be our own origin.
 */

const COOKIE = 'florin_shop'
const HEADER = 'florin-shop'

/** The part of a request that says who asks. */
export interface Asking {
  header(name: string): string | null
}

/** The shop page's right to act. */
export interface ShopSession {
  /** The `Set-Cookie` of a new session. Throws `unauthenticated` to any page but the shop's own. */
  open(asking: Asking): string
  /** The merchant that the page sells for, or null for anybody who is not the page. */
  merchantOf(asking: Asking): string | null
}

interface SessionOptions {
  readonly merchant: string
  readonly enabled: boolean
  /** Names of this server in a browser's address bar; null where any will do. */
  readonly names: ReadonlySet<string> | null
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const cookieOf = (asking: Asking): string => {
  for (const part of (asking.header('cookie') ?? '').split(';')) {
    const [name, value] = part.trim().split('=')
    if (name === COOKIE && value !== undefined) return value
  }
  return ''
}

const hostName = (host: string | null): string => (host ?? '').toLowerCase().replace(/:\d+$/, '')

/** Sessions of this process. */
export const createShopSession = ({ merchant, enabled, names }: SessionOptions): ShopSession => {
  const secret = randomBytes(32).toString('base64url')
  const expected = digest(secret)
  const ownPage = (asking: Asking): boolean =>
    asking.header(HEADER) === 'page' && (names === null || names.has(hostName(asking.header('host'))))
  return {
    open(asking) {
      if (!enabled)
        throw new FlorinError(
          'unauthenticated',
          'the shop page lets everybody who sees it refund, so it works on loopback only: leave HOST out, or set SHOP=on if that is what you want',
        )
      if (!ownPage(asking)) throw new FlorinError('unauthenticated', 'sessions are for the shop page of this server')
      return `${COOKIE}=${secret}; Path=/; HttpOnly; SameSite=Strict`
    },
    merchantOf: (asking) =>
      enabled && ownPage(asking) && timingSafeEqual(digest(cookieOf(asking)), expected) ? merchant : null,
  }
}
