import type { AttemptRow, PaymentState } from '../../payments/index.ts'
import type { AttemptRouting } from '../routing/plan-charge.ts'

const MOST_IN_CHAIN = 32 // more than any merchant may allow

/** The charges of one act of the buyer, oldest first: this one, and those that it was made in place of. */
export const chainOf = (state: Pick<PaymentState, 'attempts'>, last: AttemptRow): readonly AttemptRow[] => {
  const chain = [last]
  for (let one: AttemptRow | undefined = last; one !== undefined && chain.length < MOST_IN_CHAIN; ) {
    const { after } = (one.routing ?? {}) as Partial<AttemptRouting>
    one = after === undefined ? undefined : state.attempts.find(({ id }) => id === after)
    if (one !== undefined) chain.unshift(one)
  }
  return chain
}
