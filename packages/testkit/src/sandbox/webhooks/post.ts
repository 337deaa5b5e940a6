import { FlorinError } from '@florin/core'
import { httpTransport } from '@florin/transport'
import type { WebhookSink } from './outbox.ts'

const ANSWER_WITHIN_MS = 10_000

/** A sink that POSTs to a URL; anything but a 2xx within ten seconds is tried again by the acquirer. */
export const postWebhooks = (
  urlOf: (account: string) => string,
): { readonly sink: WebhookSink; close(): Promise<void> } => {
  const transports = new Map<string, ReturnType<typeof httpTransport>>()
  const transportTo = (origin: string): ReturnType<typeof httpTransport> => {
    const transport =
      transports.get(origin) ?? httpTransport({ baseUrl: origin, allowHttp: true, userAgent: 'sandbox' })
    transports.set(origin, transport)
    return transport
  }
  const sink: WebhookSink = async ({ account, headers, body }) => {
    const { origin, pathname, search } = new URL(urlOf(account))
    const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8')
    const request = { method: 'POST', path: pathname + search, headers, body: text } as const
    const sent = await transportTo(origin).send(request, { account, deadline: Date.now() + ANSWER_WITHIN_MS })
    if (sent.outcome !== 'answered' || sent.response.status < 200 || sent.response.status > 299)
      throw new FlorinError('conflict', 'the webhook was not taken')
  }
  const close = async (): Promise<void> => {
    await Promise.all([...transports.values()].map((transport) => transport.close()))
  }
  return { sink, close }
}
