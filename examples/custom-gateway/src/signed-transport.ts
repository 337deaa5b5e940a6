import { createHmac } from 'node:crypto'
import type { GatewayRequest, Transport } from '@florin/core/gateways'
import { httpTransport } from '@florin/transport'
import type { ResolvedOptions } from './options.ts'

/** The hex HMAC-SHA256 over time, method, path and body, a line each. */
export const requestSignature = (
  secret: string,
  seconds: string,
  { method, path, body }: Pick<GatewayRequest, 'method' | 'path' | 'body'>,
): string =>
  createHmac('sha256', secret)
    .update(`${seconds}\n${method}\n${path}\n${body ?? ''}`)
    .digest('hex')

/**
 * Signs each request as it is sent. Florin stores requests before that, so a stored one carries neither key nor signature, and one that is
 * sent again is signed with the time of that sending; its own bytes stay the same.
 */
export const signedTransport = (
  { baseUrl, keyId, secret, onExchange }: ResolvedOptions,
  account: string,
): Transport => {
  const http = httpTransport({
    baseUrl,
    credentials: () => ({ 'guilder-key': keyId }),
    ...(onExchange !== undefined && { onExchange }),
  })
  return {
    send(request, context) {
      if (context.account !== account)
        return Promise.resolve({ outcome: 'not_sent', reason: 'guilder-pay: there is no such account', fault: 'local' })
      const seconds = String(Math.floor(Date.now() / 1_000))
      const signature = requestSignature(secret, seconds, request)
      const headers = { ...request.headers, 'guilder-time': seconds, 'guilder-signature': signature }
      return http.send({ ...request, headers }, context)
    },
    close: () => http.close(),
  }
}
