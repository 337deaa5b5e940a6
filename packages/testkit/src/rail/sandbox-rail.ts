import { type ApiRail, FlorinError, type RailAnswer, type Sent } from '@florin/core/rails'
import type { SandboxBank } from './bank.ts'
import { type RailFault, railFaults } from './faults.ts'
import type { WireOrder, WireProblem, WireTransfer } from './wire.ts'

/** How a sandbox rail is made. */
export interface SandboxRailOptions {
  readonly bank: SandboxBank
  /** The bank account's name in the ledger; `sandbox` if absent. */
  readonly account?: string
  /** EUR, USD and GBP if absent. */
  readonly currencies?: readonly string[]
  /** Whether it can be asked about a payout; true if absent. */
  readonly lookup?: boolean
}

/** A rail to the sandbox bank, and what can be made to go wrong on it. */
export interface SandboxRail extends ApiRail {
  /** Strikes the next request that fits. Returns a function that takes it back. */
  fail(fault: RailFault): () => void
  clearFaults(): void
}

const HOUR_MS = 3_600_000
const TEXT_MAX = 140
const LATE_MS = 30_000

/** The sandbox rail, in this process: no sockets. */
export const sandboxRail = ({
  bank,
  account = 'sandbox',
  currencies = ['EUR', 'USD', 'GBP'],
  lookup = true,
}: SandboxRailOptions): SandboxRail => {
  const faults = railFaults()
  return Object.freeze<SandboxRail>({
    kind: 'api',
    name: 'sandbox',
    bank: account,
    currencies: Object.freeze([...currencies]),
    lookup,
    keyRetentionMs: 24 * HOUR_MS,
    absenceAfterMs: HOUR_MS,
    returnsWithinMs: 7 * 24 * HOUR_MS,
    check({ text }) {
      if (text.length <= TEXT_MAX) return
      throw new FlorinError('invalid_request', `text: has ${text.length} characters, and the bank takes ${TEXT_MAX}`, {
        details: { path: 'text' },
      })
    },
    request(command) {
      const headers = { accept: 'application/json' }
      if (command.kind === 'lookup') {
        return { method: 'GET', path: `/v1/transfers/${command.payout}`, headers, body: null }
      }
      const { payout, amount, currency, beneficiary, text, executeOn } = command.instruction
      const { name, iban, bic } = beneficiary
      const order: WireOrder = {
        ...{ reference: payout, amount: amount.toString(), currency, name, iban, bic, text },
        execute_on: executeOn,
      }
      return {
        method: 'POST',
        path: '/v1/transfers',
        headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': payout },
        body: JSON.stringify(order),
      }
    },
    read: ({ status, body }) => readAnswer(status, body),
    transport: {
      send: async (request): Promise<Sent> => {
        const fault = faults.take(request.method === 'POST' ? 'pay' : 'lookup')
        if (fault?.how === 'refused') return { outcome: 'not_sent', reason: 'connection refused', fault: 'connection' }
        if (fault?.how === 'late' && request.method === 'POST') bank.handleLater(request, LATE_MS)
        if (fault?.how === 'lost_request' || fault?.how === 'late') {
          return { outcome: 'unknown', reason: 'the connection was reset' }
        }
        const response = bank.handle(request)
        if (fault?.how === 'lost_answer') return { outcome: 'unknown', reason: 'the answer broke off' }
        return {
          outcome: 'answered',
          response: fault === undefined ? response : { ...response, status: 500, body: '' },
        }
      },
    },
    fail: (fault) => faults.arm(fault),
    clearFaults: () => faults.clear(),
  })
}

const STRANGE: RailAnswer = Object.freeze({ effect: 'unknown', reason: 'strange_answer' })

/** The sandbox bank's documentation: a 422 `refused` had no effect and never will; everything strange is unknown. */
const readAnswer = (status: number, body: string): RailAnswer => {
  let told: WireTransfer | WireProblem
  try {
    told = JSON.parse(body) as WireTransfer | WireProblem
  } catch {
    return STRANGE
  }
  if ('error' in told) {
    if (status === 422 && told.error === 'refused') {
      return { effect: 'rejected', code: told.code, message: 'the bank refused the transfer' }
    }
    return status === 404 && told.error === 'not_found' ? { effect: 'absent' } : STRANGE
  }
  const { id: railId, state, code } = told
  switch (state) {
    case 'accepted':
      return { effect: 'accepted', railId }
    case 'executed':
      return { effect: 'paid', railId }
    case 'failed':
      return { effect: 'rejected', code: code ?? 'failed', message: 'the bank could not carry it out' }
    case 'returned':
      return { effect: 'returned', railId, code: code ?? 'returned', message: 'the money came back' }
    default:
      return STRANGE
  }
}
