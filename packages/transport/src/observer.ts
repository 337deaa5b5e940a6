import type { GatewayRequest, Sent } from '@florin/core/gateways'
import { addressOf } from './address.ts'
import type { BaseUrl } from './base-url.ts'
import type { Exchange } from './exchange.ts'
import { reportOf } from './exchange-report.ts'
import type { ResolvedTransportOptions } from './options.ts'

/** What was known of a request when it was sent. */
interface Addressed {
  readonly base: BaseUrl
  readonly credentials: Readonly<Record<string, string>>
}

/** Reports how a send ended. Never throws. */
type Note = (sent: Sent, to: Addressed | null, exchange: Exchange | null) => void

/** Called when a send begins; gives nothing where nobody looks. */
type Observe = (request: GatewayRequest, account: string) => Note | undefined

/** Keeps an observer's failures from the payments: they are swallowed, and the process is warned once, without a word of theirs. */
export const observer = (options: ResolvedTransportOptions): Observe => {
  const { onExchange, requestIdHeaders, clock } = options
  if (onExchange === undefined) return () => undefined
  let warned = false
  const failed = (): void => {
    if (warned) return
    warned = true
    process.emitWarning('transport: onExchange threw or rejected; what it throws is not handed on', 'FlorinWarning')
  }
  return (request, account) => {
    const begun = clock.now()
    return (sent, to, exchange) => {
      try {
        const report = reportOf(
          {
            request,
            account,
            origin: (to?.base ?? addressOf(request, account, options))?.origin ?? null,
            credentials: to?.credentials ?? {},
            sent,
            status: exchange?.status ?? null,
            headers: exchange?.headers ?? {},
            durationMs: Math.max(0, clock.now() - begun),
            started: exchange?.started ?? false,
            bytesIn: exchange?.bytesIn ?? 0,
          },
          requestIdHeaders,
        )
        const done: unknown = onExchange(report)
        if (done instanceof Promise) done.catch(failed)
      } catch {
        failed()
      }
    }
  }
}
