import { FlorinError } from '../../kernel/index.ts'
import type { PayoutRail } from '../../rails/index.ts'
import type { FlowContext } from '../context.ts'

const named = (context: FlowContext): string => [...context.rails.keys()].join(', ') || 'none'

/** The configured rail of this name. */
export const railOf = (context: FlowContext, name: string): PayoutRail => {
  const rail = context.rails.get(name)
  if (rail !== undefined) return rail
  throw new FlorinError(
    'configuration',
    `no payout rail '${name}' is configured (there are: ${named(context)}): configure it under \`payouts.rails\`, also for as long as payouts made through it are on their way`,
    { details: { rail: name } },
  )
}

/** The rail that a caller names. */
export const askedRail = (context: FlowContext, name: string): PayoutRail => {
  const rail = context.rails.get(name)
  if (rail !== undefined) return rail
  const why = `rail: there is no '${name.slice(0, 40)}' (there are: ${named(context)})`
  throw new FlorinError('invalid_request', why, { details: { path: 'rail' } })
}

/** The rail that a payout takes: the one asked for, else the first that carries the currency. */
export const chooseRail = (
  context: FlowContext,
  asked: string | null,
  currency: string,
): readonly [name: string, rail: PayoutRail] => {
  if (asked !== null) askedRail(context, asked)
  for (const [name, rail] of context.rails) {
    if ((asked === null || name === asked) && rail.currencies.includes(currency)) return [name, rail]
  }
  throw new FlorinError(
    'currency_not_supported',
    `no payout rail${asked === null ? '' : ` '${asked}'`} carries ${currency}: configure one under \`payouts.rails\` (there are: ${named(context)})`,
    { details: { currency } },
  )
}
