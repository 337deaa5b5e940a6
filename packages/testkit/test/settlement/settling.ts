import type { SettlementPlansInput, SettlementView } from '@florin/core'
import { type World, type WorldOptions, world } from '../world.ts'

/** One fee for all: 2 % and 0.25. */
export const FEE = { basisPoints: 200, fixed: { EUR: '0.25' } } as const

export const MERCHANT = 'mer_default'

/** A world whose merchant pays a fee and has these plans of settlement. */
export const settling = (settlement: SettlementPlansInput, given: WorldOptions = {}): Promise<World> =>
  world({
    ...given,
    options: { ...given.options, merchants: { [MERCHANT]: { fee: FEE, settlement }, ...given.options?.merchants } },
  })

/** The plan of most tests: when somebody says so. */
export const BATCH = { daily: { mode: 'batch' } } as const satisfies SettlementPlansInput

/** Settles, and gives the newest settlement. */
export const settleNow = async ({ florin, run }: World, plan = 'daily'): Promise<SettlementView> => {
  await run(florin.settlements.run({ plan }))
  return newest({ florin, run })
}

export const newest = async ({ florin, run }: Pick<World, 'florin' | 'run'>): Promise<SettlementView> => {
  const { data } = await run(florin.settlements.list({ limit: 1 }))
  if (data[0] === undefined) throw new Error('nothing was settled')
  return data[0]
}

/** A statement as text. */
export const textOf = async (
  { florin, run }: Pick<World, 'florin' | 'run'>,
  id: string,
  format: 'json' | 'csv' | 'html',
): Promise<string> =>
  run(
    (async () => {
      let text = ''
      for await (const piece of await florin.settlements.statement(id, { format })) text += piece
      return text
    })(),
  )

/** The types of a settlement's events, in order. */
export const story = async ({ florin, run }: Pick<World, 'florin' | 'run'>, id: string): Promise<readonly string[]> => {
  const types: string[] = []
  let cursor = { partition: 0, position: 0 }
  for (;;) {
    const page = await run(florin.events.read(cursor, { limit: 500 }))
    types.push(...page.events.filter(({ subject }) => subject === id).map(({ type }) => type))
    if (page.events.length === 0) return types
    cursor = page.next as typeof cursor
  }
}
