import { FlorinError } from '@florin/core'
import type { RawDelivery } from '@florin/core/gateways'
import {
  type Acquirer,
  type AcquirerOptions,
  type ChargeBooks,
  createAcquirer,
  type Exchange,
  SANDBOX_TOKENS,
  startSandboxServer,
  type WireCharge,
} from '../../sandbox/index.ts'
import type { ProviderCharge, ProviderDouble } from '../provider.ts'

/** The sandbox as a provider's double: the acquirer behind a loopback port. */
export interface SandboxDouble extends ProviderDouble {
  readonly acquirer: Acquirer
  /** The API key of the account `default`. */
  readonly apiKey: string
  readonly webhookSecret: string
}

/** How the double is to be; what is left out is chosen, the same each time. */
export interface SandboxDoubleOptions extends Omit<AcquirerOptions, 'accounts' | 'webhookSecret'> {
  readonly apiKey?: string
  readonly webhookSecret?: string
}

const API_KEY = 'sandbox_key_of_the_double'
const WEBHOOK_SECRET = 'whsec_sandbox_double_0123456789'
const MAIL_MAX = 10_000 // what nobody fetched in all that time, nobody will

const WAITING: ReadonlySet<string> = new Set(['requires_action', 'pending'])

/** The acquirer knows more states than a double has to. */
const stateOf = ({ status, authorized, released, captured }: ChargeBooks): ProviderCharge['state'] => {
  if (WAITING.has(status)) return 'waiting'
  if (status === 'declined') return 'declined'
  if (captured > 0n) return 'captured'
  return authorized > released ? 'authorized' : 'canceled'
}

type Decision = 'approve' | 'decline'

/** How the token of a new charge says that its wait ends. */
const decisionOf = (body: string | null): Decision => {
  const asked = JSON.parse(body ?? '{}') as { readonly method?: { readonly token?: string } }
  const outcome = SANDBOX_TOKENS.find(({ token }) => token === asked.method?.token)?.outcome
  return outcome?.kind === 'pending' && outcome.next.kind !== 'approve' ? 'decline' : 'approve'
}

/** Watches what is asked of the acquirer: counts what asks for a change, and notes how pending charges will end. */
const watched = (inner: Acquirer) => {
  const undecided = new Map<string, Decision>()
  let mutations = 0
  const acquirer: Acquirer = {
    ...inner,
    handle(request, authorization): Exchange {
      if (request.method !== 'GET') mutations += 1
      const exchange = inner.handle(request, authorization)
      if (exchange.response.status !== 200 || request.method === 'GET') return exchange
      const { id, status } = JSON.parse(exchange.response.body) as Partial<WireCharge>
      if (id !== undefined && status === 'pending') undecided.set(id, decisionOf(request.body))
      return exchange
    },
  }
  const decide = (): void => {
    for (const [id, decision] of undecided) {
      if (inner.charge(id)?.status === 'pending') inner.settlePending(id, decision)
    }
    undecided.clear()
  }
  return { acquirer, decide, mutations: () => mutations }
}

const providerCharge = (charge: ChargeBooks, asked: string): ProviderCharge => ({
  id: charge.id,
  reference: charge.reference,
  currency: charge.currency,
  amount: BigInt(asked),
  authorized: charge.authorized - charge.released,
  captured: charge.captured,
  refunded: charge.refunded,
  state: stateOf(charge),
})

const outcomes = { confirm: 'pass', fail: 'fail' } as const

/**
 * Runs the sandbox on a loopback port as the double of a provider. Charges that are pending are decided, as their tokens say, when
 * `deliveries` is called; what that announces comes a turn later, with the next call.
 */
export const startSandboxDouble = async (options: SandboxDoubleOptions = {}): Promise<SandboxDouble> => {
  const { apiKey = API_KEY, webhookSecret = WEBHOOK_SECRET, ...more } = options
  const inner = createAcquirer({ ...more, webhookSecret, accounts: { default: apiKey } })
  const { acquirer, decide, mutations } = watched(inner)
  const server = await startSandboxServer({ acquirer })
  let mail: RawDelivery[] = []
  acquirer.onWebhook((delivery) => {
    if (mail.length < MAIL_MAX) mail.push(delivery)
  })
  return {
    url: server.url,
    acquirer,
    apiKey,
    webhookSecret,
    books: () => acquirer.books().charges.map((each) => providerCharge(each, acquirer.charge(each.id)?.amount ?? '0')),
    deliveries() {
      const collected = mail
      mail = []
      decide()
      return collected
    },
    async answerChallenge({ url }, outcome) {
      const id = url === undefined ? undefined : new URL(url).pathname.split('/').at(-1)
      if (id === undefined) throw new FlorinError('invalid_request', 'the action has no url to answer at')
      return acquirer.challenge(id, outcomes[outcome]).payload
    },
    mutations,
    async close() {
      await server.close()
      acquirer.close()
    },
  }
}
