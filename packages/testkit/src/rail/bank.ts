import type { Clock } from '@florin/core'
import type { GatewayRequest, GatewayResponse } from '@florin/core/rails'
import { type Behaviour, behaviourOf } from './accounts.ts'
import type { WireOrder, WireProblem, WireTransfer } from './wire.ts'

/** One line of the sandbox bank's statement, seen by the holder of the account: money out is negative. */
export interface SandboxBankLine {
  readonly at: number
  /** Minor units. */
  readonly amount: bigint
  readonly currency: string
  readonly reference: string
  readonly kind: 'transfer' | 'return'
  readonly code: string | null
}

/** A small bank with books of its own: the other side of the sandbox rail. */
export interface SandboxBank {
  readonly clock: Clock
  /** Answers one request, as an HTTP server would. */
  handle(request: GatewayRequest): GatewayResponse
  /** Takes a request that is still on its way: it arrives so much later. */
  handleLater(request: GatewayRequest, afterMs: number): void
  /** Every transfer as it stands now, in the order of acceptance. */
  transfers(): readonly WireTransfer[]
  /** What a beneficiary has, minor units: paid and not returned. */
  received(iban: string, currency: string): bigint
  /** What moved on the account until now, in the order of time. */
  lines(): readonly SandboxBankLine[]
  /** Returns a transfer that was executed, now. */
  bounce(reference: string, code?: string): void
  /** Carries out a transfer that waits, now. */
  execute(reference: string): void
}

interface Held {
  readonly id: string
  readonly order: WireOrder
  readonly behaviour: Behaviour
  readonly acceptedAt: number
  executedAt: number
  returnedAt: number | null
  failedAt: number | null
  code: string | null
}

/** A sandbox bank. It accepts a key with the same bytes again, and carries the order out once. */
export const createSandboxBank = ({ clock }: { readonly clock: Clock }): SandboxBank => {
  const held = new Map<string, Held>()

  const accept = (order: WireOrder): GatewayResponse => {
    const behaviour = behaviourOf(order.iban)
    if (behaviour.refuse !== null) return problem(422, 'refused', behaviour.refuse)
    if (held.has(order.reference)) return problem(409, 'key_reused', 'reference_taken')
    const now = clock.now()
    const { executeAfterMs, returnAfterMs, failAfterMs, code } = behaviour
    const one: Held = {
      ...{ id: `trf_${held.size + 1}`, order, behaviour, acceptedAt: now, executedAt: now + executeAfterMs },
      ...{ returnedAt: returnAfterMs === null ? null : now + returnAfterMs, code: code === '' ? null : code },
      failedAt: failAfterMs === null ? null : now + failAfterMs,
    }
    held.set(order.reference, one)
    return answer(201, wireOf(one, now))
  }

  const pay = underKeys(accept)
  const onTheWay: { readonly at: number; readonly request: GatewayRequest }[] = []
  /** Lets arrive what is due, before anybody looks: nothing else moves time here. */
  const arrive = (): void => {
    for (const one of onTheWay.filter(({ at }) => at <= clock.now())) {
      onTheWay.splice(onTheWay.indexOf(one), 1)
      pay(one.request)
    }
  }

  return {
    clock,
    handleLater: (request, afterMs) => void onTheWay.push({ at: clock.now() + afterMs, request }),
    handle(request) {
      arrive()
      if (request.method === 'POST' && request.path === '/v1/transfers') return pay(request)
      const [, reference] = /^\/v1\/transfers\/([\w-]+)$/.exec(request.path) ?? []
      const found = reference === undefined ? undefined : held.get(reference)
      return found === undefined
        ? problem(404, 'not_found', 'no_such_transfer')
        : answer(200, wireOf(found, clock.now()))
    },
    transfers() {
      arrive()
      return [...held.values()].map((one) => wireOf(one, clock.now()))
    },
    received: (iban, currency) =>
      [...held.values()]
        .filter(({ order }) => order.iban === iban && order.currency === currency)
        .filter((one) => stateOf(one, clock.now()) === 'executed')
        .reduce((sum, { order }) => sum + BigInt(order.amount), 0n),
    lines() {
      arrive()
      return linesOf(held.values(), clock.now())
    },
    bounce(reference, code = 'AC04') {
      const one = executed(held.get(reference), reference, clock.now())
      one.returnedAt = clock.now()
      one.code = code
    },
    execute(reference) {
      const one = held.get(reference)
      if (one === undefined) throw new Error(`the sandbox bank has no transfer '${reference}'`)
      one.executedAt = Math.min(one.executedAt, clock.now())
      one.failedAt = null
    },
  }
}

/** Answers a key that it knows with what it answered first, and carries out nothing. */
const underKeys = (accept: (order: WireOrder) => GatewayResponse): ((request: GatewayRequest) => GatewayResponse) => {
  const keys = new Map<string, { readonly body: string; readonly response: GatewayResponse }>()
  return (request) => {
    const key = request.headers['idempotency-key']
    const body = request.body ?? ''
    if (key === undefined) return problem(400, 'malformed', 'idempotency_key_required')
    const first = keys.get(key)
    if (first !== undefined) return first.body === body ? first.response : problem(409, 'key_reused', 'other_content')
    const response = accept(JSON.parse(body) as WireOrder)
    keys.set(key, { body, response })
    return response
  }
}

const executed = (one: Held | undefined, reference: string, now: number): Held => {
  if (one !== undefined && stateOf(one, now) === 'executed') return one
  throw new Error(`the sandbox bank has executed no transfer '${reference}' that could come back`)
}

const stateOf = (one: Held, now: number): WireTransfer['state'] => {
  if (one.failedAt !== null && now >= one.failedAt) return 'failed'
  if (one.returnedAt !== null && now >= one.returnedAt) return 'returned'
  return now >= one.executedAt ? 'executed' : 'accepted'
}

const wireOf = (one: Held, now: number): WireTransfer => {
  const { reference, amount, currency } = one.order
  const state = stateOf(one, now)
  return {
    id: one.id,
    reference,
    amount,
    currency,
    state,
    code: state === 'failed' || state === 'returned' ? one.code : null,
  }
}

const linesOf = (held: Iterable<Held>, now: number): readonly SandboxBankLine[] => {
  const lines: SandboxBankLine[] = []
  for (const one of held) {
    const state = stateOf(one, now)
    const { reference, amount, currency } = one.order
    if (state !== 'executed' && state !== 'returned') continue
    const line = { currency, reference }
    lines.push({ ...line, at: one.executedAt, amount: -BigInt(amount), kind: 'transfer', code: null })
    if (state === 'returned' && one.returnedAt !== null) {
      lines.push({ ...line, at: one.returnedAt, amount: BigInt(amount), kind: 'return', code: one.code })
    }
  }
  return lines.sort((a, b) => a.at - b.at)
}

const answer = (status: number, body: WireTransfer): GatewayResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const problem = (status: number, error: WireProblem['error'], code: string): GatewayResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error, code } satisfies WireProblem),
})
