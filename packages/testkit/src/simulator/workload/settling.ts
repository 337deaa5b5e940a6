import type { SettlementView } from '@florin/core'
import type { Callers } from '../world/callers.ts'

const ACTS = {
  calculated: ['approve', 'hold', 'approve'],
  held: ['release', 'release'],
  failed: ['rerun', 'rerun'],
} as const

/**
 * A merchant's settlement is run from two places at once, and people decide about what waits, of several opinions and all at once. Whoever
 * is late is refused; what was not heard of is found by the next who does the same.
 */
export const settleMerchant = async (callers: Callers, merchant: string): Promise<void> => {
  const call = { merchant, key: null, content: '' } as const
  const run = () => callers.once({ ...call, scope: 'settle', run: (api) => api.settlements.run({ plan: 'own' }) })
  await Promise.all([run(), run()])
  for (const state of ['calculated', 'held', 'failed'] as const) {
    const listed = await callers.once({ ...call, scope: 'settlements', run: (api) => api.settlements.list({ state }) })
    if (listed.how !== 'answered') continue
    await Promise.all(listed.value.data.flatMap((one) => decide(callers, merchant, one, ACTS[state])))
  }
}

const decide = (
  callers: Callers,
  merchant: string,
  { id }: SettlementView,
  acts: readonly (typeof ACTS)[keyof typeof ACTS][number][],
): readonly Promise<unknown>[] =>
  acts.map((act, index) => {
    const by = `op_${index + 1}`
    return callers.once({
      merchant,
      key: null,
      content: '',
      scope: act,
      run: (api) => api.settlements[act](id, { by }),
    })
  })
