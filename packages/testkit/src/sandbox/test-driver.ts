import type { Id } from '@florin/core'
import type { Answer, ChargeCommand, Command, Gateway, MethodType, MutatingKind, Target } from '@florin/core/gateways'

type Overrides = Partial<Omit<ChargeCommand, 'kind' | 'method'>> & { readonly type?: MethodType }

/** Drives a gateway as a flow would, one command at a time; for the sandbox's own tests. */
export const drive = (gateway: Gateway, now: () => number = () => Date.now()) => {
  let count = 0
  const next = (): Id<'att'> => {
    count += 1
    return `att_${count}`
  }
  const run = async (command: Command): Promise<Answer> => {
    const context = { account: command.account, deadline: now() + 60_000 }
    const sent = await gateway.transport.send(gateway.request(command), context)
    if (sent.outcome === 'answered') return gateway.read(sent.response, command)
    return { effect: sent.outcome, reason: sent.reason }
  }
  const charge = (
    token = 'tok_approve',
    { type = 'card', ...more }: Overrides = {},
    kind: 'authorize' | 'sale' = 'authorize',
  ): ChargeCommand => {
    const attempt = more.attempt ?? next()
    return {
      kind,
      attempt,
      key: attempt,
      account: gateway.accounts[0],
      amount: 10_000n,
      currency: 'EUR',
      method: { type, token },
      merchantReference: 'order-1',
      returnUrl: 'https://shop.test/return?order=1',
      description: null,
      customer: { id: null, email: null, ip: null },
      ...more,
    }
  }
  const common = (amount: bigint) => {
    const attempt = next()
    return { attempt, key: attempt as string, account: gateway.accounts[0], amount, currency: 'EUR' }
  }
  return {
    run,
    charge,
    target: (command: Command, answer: Answer): Target => ({
      attempt: command.attempt,
      gatewayId: 'gatewayId' in answer ? (answer.gatewayId ?? null) : null,
    }),
    capture: (target: Target, amount: bigint, final = true) =>
      ({ kind: 'capture', ...common(amount), target, final }) as const satisfies Command,
    cancel: (target: Target, amount = 10_000n) =>
      ({ kind: 'cancel', ...common(amount), target }) as const satisfies Command,
    refund: (target: Target, amount: bigint) =>
      ({ kind: 'refund', ...common(amount), target, capture: null, reason: null }) as const satisfies Command,
    increment: (target: Target, amount: bigint, by: bigint) =>
      ({ kind: 'increment', ...common(amount), target, by }) as const satisfies Command,
    complete: (target: Target, payload: Readonly<Record<string, string>>, amount = 10_000n) =>
      ({ kind: 'complete', ...common(amount), target, payload }) as const satisfies Command,
    lookup: (of: MutatingKind, target: Target, amount = 10_000n) =>
      ({ kind: 'lookup', ...common(amount), of, target, parent: null }) as const satisfies Command,
    /** Runs an authorization and gives the target for what follows. */
    async authorized(token = 'tok_approve', more: Overrides = {}): Promise<Target> {
      const command = charge(token, more)
      const answer = await run(command)
      if (answer.effect !== 'applied') throw new Error(`not authorized: ${answer.effect}`)
      return { attempt: command.attempt, gatewayId: answer.gatewayId }
    },
  }
}
