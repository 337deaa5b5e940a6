import type { Florin, PaymentView } from '@florin/core'
import { FlorinError } from '@florin/core'
import type { Storage } from '@florin/core/storage'
import { describe, expect, test } from 'vitest'
import {
  type CreateInput,
  cards,
  type FailoverWorld,
  failoverWorld,
  type Names,
  OPTED_IN,
  order,
} from './failover-world.ts'
import { type Death, mortal } from './mortal.ts'
import { rows } from './rows.ts'

/** A payment that goes from one gateway to the other, and how it may end once a crash on the way is recovered from. */
interface Flow {
  readonly name: string
  readonly method?: CreateInput['method']
  readonly prepare: (w: FailoverWorld) => void
  readonly ends: readonly PaymentView['status'][]
}

const charge = { when: { operation: 'charge' } } as const

const FLOWS: readonly Flow[] = [
  { name: 'the first is away', prepare: (w) => w.first.pause(), ends: ['succeeded'] },
  { name: 'the first declines', method: cards('tok_do_not_honor'), prepare: () => {}, ends: ['succeeded'] },
  {
    name: 'both decline',
    method: cards('tok_processing_error', 'tok_insufficient_funds'),
    prepare: () => {},
    ends: ['declined'],
  },
  {
    name: 'the answer of the first is lost',
    prepare: (w) => void w.first.fail({ how: 'drop_after', ...charge }),
    ends: ['succeeded'],
  },
  {
    name: 'the first fails without effect, and says 500',
    prepare: (w) => void w.first.fail({ how: 'error_500_before', ...charge }),
    ends: ['succeeded'],
  },
  {
    name: 'the first hangs',
    prepare: (w) => void w.first.fail({ how: 'slow', ms: 20_000, ...charge }),
    ends: ['succeeded'],
  },
  {
    // By whichever gateway the crash leaves it to: what the first took counts only as long as it is not left behind.
    name: 'the answer of the first is lost, and the second declines',
    method: cards('tok_approve', 'tok_stolen_card'),
    prepare: (w) => void w.first.fail({ how: 'drop_after', ...charge }),
    ends: ['declined', 'succeeded'],
  },
]

const KEY = { idempotencyKey: 'failover-key' }

const pay = (florin: Florin<Names>, { method = cards() }: Flow) =>
  florin.payments.create(order({ reference: 'crash-1', method }), KEY)

const start = async (flow: Flow, death: Death | null) => {
  const w = await failoverWorld({ options: { ...OPTED_IN, whenInFlight: 'wait' } })
  flow.prepare(w)
  const process = mortal(w.runtime, death)
  const florin = await w.another(process.parts)
  process.arm()
  await process.live(pay(florin, flow))
  return { w, process }
}

describe.each(FLOWS)('a crash anywhere where $name', (flow) => {
  test('is recovered from, with one charge kept at most', async () => {
    const { process: whole } = await start(flow, null)
    expect(whole.calls.filter((name) => name === 'send').length).toBeGreaterThan(1)
    for (let call = 1; call <= whole.calls.length; call++) {
      for (const when of ['before', 'after'] as const) {
        const { w, process } = await start(flow, { call, when })
        const where = `${when} call ${call}, ${whole.calls[call - 1]}`
        expect(process.isDead(), where).toBe(true)
        await w.end()
        // The caller, who heard nothing, asks again under the same key: it happens once.
        const again = await w.run(pay(w.florin, flow))
        await w.end()
        const { status } = await w.get(again.id)
        expect({ where, ends: flow.ends, status }).toSatisfy(() => flow.ends.includes(status))
        expect((await rows(w.inner, 'payments')).length, where).toBe(1)
        expect(w.errors, where).toEqual([])
      }
    }
  })
})

/** A storage that takes one commit and loses its acknowledgement. */
const forgetful = (nth: number) => {
  let commits = 0
  return (inner: Storage): Storage => ({
    ...inner,
    commit: async (batch) => {
      commits += 1
      const outcomes = await inner.commit(batch)
      if (commits === nth) throw new FlorinError('storage_unavailable', 'the acknowledgement was lost')
      return outcomes
    },
  })
}

describe.each(FLOWS)('a commit whose acknowledgement is lost, where $name', (flow) => {
  test.each([1, 2, 3, 4, 5])('commit %i: read again, and never done twice', async (nth) => {
    const w = await failoverWorld({ options: OPTED_IN })
    flow.prepare(w)
    const florin = await w.another({ storage: forgetful(nth) })
    await w.run(pay(florin, flow).catch(() => undefined))
    await w.end()
    const again = await w.run(pay(w.florin, flow))
    await w.end()
    expect(flow.ends).toContain((await w.get(again.id)).status)
  })
})
