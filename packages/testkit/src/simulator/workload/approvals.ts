import type { RefundDetails } from '@florin/core'
import type { Callers, Ended } from '../world/callers.ts'

/** How a person decides about a payment's requests for refunds, and how many people do so at once. */
export interface Deciding {
  readonly merchant: string
  readonly payment: string
  readonly approve: boolean
  readonly people: number
}

/**
 * People decide about what a payment's buyer wants back, where the merchant wants that: all at once, of one opinion, or with one among them
 * who says the contrary. A decision that was not heard of is made once more, which is harmless.
 */
export const decideRequests = async (callers: Callers, deciding: Deciding): Promise<void> => {
  const { merchant, payment, approve, people } = deciding
  const call = { merchant, key: null, content: '' } as const
  const listed = await callers.once({ ...call, scope: 'refunds', run: (api) => api.refunds.list({ payment }) })
  if (listed.how !== 'answered') return
  for (const { id } of listed.value.data.filter((one) => one.status === 'requested')) {
    const decide = async (yes: boolean, by: string): Promise<Ended<RefundDetails>> => {
      const verb = yes ? 'approve' : 'deny'
      const once = () => callers.once({ ...call, scope: verb, run: (api) => api.refunds[verb](id, { by }) })
      const ended = await once()
      return ended.how === 'lost' ? once() : ended
    }
    const all = Array.from({ length: people }, (_, index) => decide(index < 2 ? approve : !approve, `op_${index + 1}`))
    await Promise.all(all)
  }
}
