import type { Scheduler } from '@florin/core'
import type { Sent, Transport } from '@florin/core/gateways'
import type { Acquirer } from '../acquirer/acquirer.ts'
import type { Exchange } from '../acquirer/exchange.ts'

/** Timers that keep the process alive, as a socket would while it waits for its answer. */
const realTimers: Pick<Scheduler, 'after'> = {
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}

const REFUSED: Sent = Object.freeze({ outcome: 'not_sent', reason: 'connection refused', fault: 'connection' })
const LOST: Sent = Object.freeze({ outcome: 'unknown', reason: 'the connection was reset' })
const CUT: Sent = Object.freeze({ outcome: 'unknown', reason: 'the answer broke off' })
const LATE: Sent = Object.freeze({ outcome: 'unknown', reason: 'no answer before the deadline' })

const sentOf = ({ wire, response }: Exchange): Sent => {
  switch (wire) {
    case 'answer':
      return { outcome: 'answered', response }
    case 'refuse':
      return REFUSED
    case 'drop':
      return LOST
    case 'cut':
      return CUT
  }
}

/** Calls the acquirer directly, without sockets. `latencyMs` passes before the effect, so a caller may crash in between. */
export const inProcessTransport = (acquirer: Acquirer, given: Scheduler | undefined, latencyMs: number): Transport => {
  const timers = given ?? realTimers
  const { clock, accounts } = acquirer.options
  const authorizations = new Map(Object.entries(accounts).map(([account, key]) => [account, `Bearer ${key}`]))
  const answer = (exchange: Exchange, deadline: number): Promise<Sent> | Sent => {
    const { delayMs, release } = exchange
    if (delayMs === 0) return sentOf(exchange)
    timers.after(delayMs, release)
    const left = deadline - clock.now()
    const wait = Math.max(0, Math.min(delayMs, left))
    const sent = left < delayMs ? LATE : sentOf(exchange)
    return new Promise((resolve) => {
      timers.after(wait, () => resolve(sent))
    })
  }
  return {
    send(request, { account, deadline }) {
      const authorization = authorizations.get(account)
      if (authorization === undefined)
        return Promise.resolve({ outcome: 'not_sent', reason: 'the sandbox has no such account', fault: 'local' })
      if (latencyMs === 0) return Promise.resolve(answer(acquirer.handle(request, authorization), deadline))
      return new Promise((resolve) => {
        timers.after(latencyMs, () => resolve(answer(acquirer.handle(request, authorization), deadline)))
      })
    },
  }
}
