import { FlorinError, type FlorinOptions } from '@florin/core'
import { type Env, given, oneOf, whole } from './environment.ts'

/** What happens when a gateway is in trouble, as far as the environment says. */
export interface FailoverSettings {
  /** Who is asked first, and who next; empty where gateways are to be chosen by score. */
  readonly order: readonly string[] | undefined
  readonly onUnknown: boolean | undefined
  readonly afterMs: number | undefined
  readonly whenDown: 'queue' | 'fail' | undefined
}

/** Reads the variables about failover. Throws `configuration` naming the variable and what it may be. */
export const readFailover = (env: Env): FailoverSettings => {
  const order = given(env, 'GATEWAY_ORDER')
  const onUnknown = oneOf(env, 'FAILOVER_ON_UNKNOWN', ['on', 'off'])
  return {
    order: order === 'score' ? [] : order?.split(',').map((name) => name.trim()),
    onUnknown: onUnknown === undefined ? undefined : onUnknown === 'on',
    afterMs: whole(env, 'FAILOVER_AFTER_MS', 100, 60_000),
    whenDown: oneOf(env, 'WHEN_DOWN', ['queue', 'fail']),
  }
}

/** A gateway as far as failover is concerned. */
interface Candidate {
  readonly name: string
  /** Whether it tells, here and now, what became of a charge that was taken back. */
  readonly provesReversals: boolean
}

const checkOrder = (order: readonly string[], names: readonly string[]): readonly string[] => {
  const wrong = order.find((name) => !names.includes(name))
  const twice = new Set(order).size !== order.length
  if (wrong === undefined && !twice) return order
  const found = wrong === undefined ? 'names one twice' : `names '${wrong.slice(0, 40)}', which is not configured`
  throw new FlorinError('configuration', `GATEWAY_ORDER ${found}: give some of ${names.join(',')}, or score`)
}

/**
 * What Florin is told about gateways in trouble. In the order of the configuration unless it is said otherwise, because a shop that always
 * begins at the same gateway is easier to follow; and on from unknown outcomes wherever all gateways can prove that a charge went back,
 * because this shop's buyers would rather see two reservations for a while than not be able to pay. Throws `configuration`.
 */
export const failoverOptions = (
  { order, onUnknown, afterMs, whenDown }: FailoverSettings,
  open: readonly Candidate[],
): Pick<FlorinOptions, 'failover' | 'routing' | 'whenDown'> => {
  const names = open.map(({ name }) => name)
  const use = checkOrder(order ?? names, names)
  const several = open.length > 1
  return {
    ...(several && use.length > 0 && { routing: { rules: [{ id: 'in-order', use }] } }),
    failover: {
      onUnknown: onUnknown ?? (several && open.every(({ provesReversals }) => provesReversals)),
      ...(afterMs !== undefined && { afterMs }),
    },
    ...(whenDown !== undefined && { whenDown }),
  }
}
