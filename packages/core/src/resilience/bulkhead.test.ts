import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TimeWorld } from '../../test/time-world.ts'
import { Bulkhead, type Compartment } from './bulkhead.ts'
import { type ResilienceOptions, resolveResilience } from './settings.ts'
import { RANKS, type Rank } from './work.ts'

const bulkheadWith = (options: ResilienceOptions['bulkhead']) => {
  const world = new TimeWorld()
  const { bulkhead: settings } = resolveResilience({ bulkhead: options })
  return { world, settings, bulkhead: new Bulkhead(settings, world.runtime.scheduler) }
}
/** Enters so often at once, and says how often that went. */
const fill = (compartment: Compartment, rank: Rank, times: number): number =>
  Array.from({ length: times }, () => compartment.tryEnter(rank)).filter(Boolean).length

/** Waits for a place under a name, and notes when it gets it. */
const waits = (compartment: Compartment, rank: Rank, merchant: string, seen: string[], name = merchant): void =>
  void compartment.enter(rank, merchant).then((got) => seen.push(got ? name : `${name} refused`))

describe('a bulkhead', () => {
  test('lets so many in for each gateway, and so many in all', () => {
    const { bulkhead } = bulkheadWith({ total: 10, perGateway: 6, reservedShare: 0 })
    const [one, two] = [bulkhead.compartment(), bulkhead.compartment()]
    expect([fill(one, 'outcome', 20), fill(two, 'outcome', 20)]).toEqual([6, 4])
    one.leave('outcome')
    expect(fill(two, 'outcome', 20)).toBe(1)
  })

  test('by default: 100 in all, 50 each, the last places for outcomes', () => {
    const { bulkhead } = bulkheadWith({})
    const [one, two, three] = [bulkhead.compartment(), bulkhead.compartment(), bulkhead.compartment()]
    expect([fill(one, 'intent', 99), fill(one, 'recovery', 99), fill(one, 'outcome', 99)]).toEqual([40, 5, 5])
    expect([fill(two, 'intent', 99), fill(three, 'intent', 99)]).toEqual([30, 0])
    expect([fill(two, 'outcome', 99), fill(three, 'outcome', 99)]).toEqual([20, 0])
  })

  test('recovery never takes more than half of a gateway', () => {
    const { bulkhead } = bulkheadWith({ perGateway: 20 })
    const one = bulkhead.compartment()
    expect([fill(one, 'recovery', 99), fill(one, 'intent', 99)]).toEqual([10, 6])
  })

  test('outcomes go before recovery, and recovery before intents', async () => {
    const { bulkhead, world } = bulkheadWith({ perGateway: 1 })
    const one = bulkhead.compartment()
    one.tryEnter('intent')
    const seen: string[] = []
    for (const rank of ['intent', 'recovery', 'outcome'] as const) waits(one, rank, rank, seen)
    for (const rank of ['intent', 'outcome', 'recovery', 'intent'] as const) {
      one.leave(rank)
      await world.settle()
    }
    expect(seen).toEqual(['outcome', 'recovery', 'intent'])
  })

  test('merchants take turns, first come first served within each', async () => {
    const { bulkhead, world } = bulkheadWith({ perGateway: 1 })
    const one = bulkhead.compartment()
    one.tryEnter('intent')
    const seen: string[] = []
    for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) waits(one, 'intent', name.charAt(0), seen, name)
    for (let i = 0; i < 6; i++) {
      one.leave('intent')
      await world.settle()
    }
    expect(seen).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
  })

  test('refuses when the queue is full, and a merchant that crowds it gives way to one that does not', async () => {
    const { bulkhead, world } = bulkheadWith({ perGateway: 1, queue: { intent: 3 } })
    const one = bulkhead.compartment()
    one.tryEnter('intent')
    const seen: string[] = []
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2']) waits(one, 'intent', name.charAt(0), seen, name)
    await world.settle()
    expect(seen).toEqual(['a4 refused', 'a3 refused', 'b2 refused'])
    expect(one.view().waiting.intent).toBe(3)
  })

  test('refuses who waited too long, leaves nothing behind, and keeps their place for the next', async () => {
    const { bulkhead, world } = bulkheadWith({ perGateway: 1, queueMs: { intent: 1_000, outcome: 10_000 } })
    const one = bulkhead.compartment()
    one.tryEnter('intent')
    const seen: string[] = []
    waits(one, 'intent', 'a', seen)
    waits(one, 'outcome', 'b', seen)
    await world.advance(1_000)
    expect(seen).toEqual(['a refused'])
    one.leave('intent')
    await world.settle()
    expect(seen).toEqual(['a refused', 'b'])
    expect(world.timers).toEqual([])
    expect(one.view()).toMatchObject({ atWork: 1, waiting: { intent: 0, outcome: 0 } })
  })

  test('a place that comes free at one gateway goes to who waits at another', async () => {
    const { bulkhead, world } = bulkheadWith({ total: 1, perGateway: 1 })
    const [one, two] = [bulkhead.compartment(), bulkhead.compartment()]
    one.tryEnter('intent')
    const seen: string[] = []
    waits(two, 'intent', 'a', seen)
    one.leave('intent')
    await world.settle()
    expect(seen).toEqual(['a'])
  })

  test('one place that is given back may be room for two: one here, and one that waited for room in all', async () => {
    const { bulkhead, world } = bulkheadWith({ total: 10, perGateway: 5, reservedShare: 0.1 })
    const [one, two] = [bulkhead.compartment(), bulkhead.compartment()]
    const seen: string[] = []
    expect([fill(one, 'outcome', 5), fill(two, 'intent', 9)]).toEqual([5, 3])
    waits(one, 'outcome', 'a', seen)
    waits(two, 'intent', 'b', seen)
    one.leave('outcome')
    two.leave('intent')
    await world.settle()
    expect(seen.sort()).toEqual(['a', 'b'])
  })

  test('a merchant that waited before can wait again', async () => {
    const { bulkhead, world } = bulkheadWith({ perGateway: 1 })
    const one = bulkhead.compartment()
    one.tryEnter('intent')
    const seen: string[] = []
    for (let i = 0; i < 3; i++) {
      waits(one, 'intent', 'a', seen)
      one.leave('intent')
      await world.settle()
    }
    expect(seen).toEqual(['a', 'a', 'a'])
  })

  test('a place given back twice is a bug and says so', () => {
    const { bulkhead } = bulkheadWith({})
    const one = bulkhead.compartment()
    one.tryEnter('intent')
    one.leave('intent')
    expect(() => one.leave('intent')).toThrow('given back twice')
  })
})

test('whatever comes and goes, limits hold, nobody waits beside a free place, and every place comes back', async () => {
  const act = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('enter' as const),
        at: fc.nat(1),
        rank: fc.constantFrom(...RANKS),
        merchant: fc.constantFrom('a', 'b', 'c'),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('leave' as const), which: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(1_500) }) },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.array(act, { maxLength: 60, size: 'max' }),
      async (total, acts) => {
        const perGateway = Math.ceil(total * 0.7)
        const queue = { outcome: 4, recovery: 3, intent: 3 }
        const { bulkhead, world } = bulkheadWith({ total, perGateway, queue, reservedShare: 0.2 })
        const rooms = [bulkhead.compartment(), bulkhead.compartment()] as const
        const inside: { room: Compartment; rank: Rank }[] = []
        let answers = 0
        let asked = 0
        for (const one of acts) {
          if (one.do === 'enter') {
            const room = rooms[one.at === 0 ? 0 : 1]
            asked += 1
            void room.enter(one.rank, one.merchant).then((got) => {
              answers += 1
              if (got) inside.push({ room, rank: one.rank })
            })
          }
          if (one.do === 'wait') await world.advance(one.ms)
          await Promise.resolve().then(() => {})
          if (one.do === 'leave') {
            const [gone] = inside.splice(one.which % Math.max(1, inside.length), 1)
            gone?.room.leave(gone.rank)
          }
          const views = rooms.map((room) => room.view())
          expect(bulkhead.atWork).toBe(views.reduce((sum, { atWork }) => sum + atWork, 0))
          expect(bulkhead.atWork).toBeLessThanOrEqual(total)
          for (const { atWork, waiting } of views) {
            expect(atWork).toBeLessThanOrEqual(perGateway)
            for (const rank of RANKS) expect(waiting[rank]).toBeLessThanOrEqual(queue[rank])
            if (waiting.outcome > 0) expect(atWork === perGateway || bulkhead.atWork === total).toBe(true)
          }
        }
        await world.advance(20_000)
        while (inside.length > 0) {
          const gone = inside.pop()
          gone?.room.leave(gone.rank)
          await world.settle()
        }
        expect([answers, bulkhead.atWork, world.timers.length]).toEqual([asked, 0, 0])
      },
    ),
    { numRuns: 60 },
  )
})
