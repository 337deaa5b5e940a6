import assert from 'node:assert/strict'
import type { Command } from '@florin/core/gateways'
import { type CaseRuns, worldly } from '../case-run.ts'
import { type Exchange, everyExchange, exchangesOf } from '../exchanges.ts'
import { doctored, type Leaf, leavesOf, withLeaf } from '../json-leaves.ts'
import { named } from '../named.ts'
import { expectUnknown, inJson, isStatus, type JsonExchange, reread, successes } from '../rereading.ts'
import { type GatewayWorld, inWords } from '../world.ts'

/** A hold or a sale as the provider answers it, with nothing in it that is its own alone. */
interface Kind {
  readonly exchange: JsonExchange
  readonly leaves: ReadonlyMap<string, Leaf>
}

const placeOf = ({ path }: Leaf): string => path.join('\n')

/** The last answer to a charge, and what of it every such answer says: ids and times differ from one charge to the next. */
const kindOf = async (world: GatewayWorld, kind: 'authorize' | 'sale'): Promise<Kind> => {
  const answered = async (): Promise<JsonExchange> => {
    const last = exchangesOf(kind, await world.run(world.make.charge(kind))).at(-1)
    assert.ok(last, `a plain ${kind} was not answered`)
    return inJson(last)
  }
  const [exchange, twin] = [await answered(), await answered()]
  const others = new Map(leavesOf(twin.document).map((leaf) => [placeOf(leaf), leaf.value]))
  const same = leavesOf(exchange.document).filter((leaf) => others.get(placeOf(leaf)) === leaf.value)
  return { exchange, leaves: new Map(same.map((leaf) => [placeOf(leaf), leaf])) }
}

/** Where answers of the two kinds differ. */
const tellsApart = (one: Kind, other: Kind): readonly { readonly leaf: Leaf; readonly value: Leaf['value'] }[] =>
  [...one.leaves].flatMap(([place, leaf]) => {
    const value = other.leaves.get(place)?.value
    return value === undefined || value === leaf.value ? [] : [{ leaf, value }]
  })

/** The other kind's answer, as if it were about this charge. */
const inItsPlace = ({ command }: Exchange, other: Exchange): string =>
  (['merchantReference', 'attempt'] as const).reduce((body, field) => {
    const [from, to] = [valueIn(other.command, field), valueIn(command, field)]
    return from === null || to === null ? body : body.replaceAll(from, to)
  }, other.response.body)

const valueIn = (command: Command, field: 'merchantReference' | 'attempt'): string | null =>
  field === 'attempt' ? command.attempt : 'merchantReference' in command ? command.merchantReference : null

const expectApart = (world: GatewayWorld, one: Kind, other: Kind): void => {
  const { exchange } = one
  const differences = tellsApart(one, other)
  if (differences.length === 0) return // the provider's answers do not say whether they hold or take
  const told = `that is answered as ${named(other.exchange.name)} would be`
  expectUnknown(reread(world, exchange, { body: inItsPlace(exchange, other.exchange) }, told), exchange.name, told)
  for (const { leaf, value } of differences) {
    if (typeof value !== 'string' || !/^[a-z_ -]+$/i.test(value) || isStatus(leaf)) continue
    const mode = `whose answer has ${leaf.path.join('.')} '${value}', as ${named(other.exchange.name)} has`
    const body = withLeaf(exchange.document, leaf, value)
    expectUnknown(reread(world, exchange, { body }, mode), exchange.name, mode)
  }
}

/** The status that says the most: the one that stands highest. */
const headStatus = (document: object): Leaf | undefined =>
  leavesOf(document)
    .filter(isStatus)
    .toSorted((one, other) => one.path.length - other.path.length)[0]

const CHARGES = ['authorize', 'sale', 'complete']

/** What the provider refuses, each as it is documented: declines, amounts above what there is, what cannot be found. */
const refusals = async (world: GatewayWorld): Promise<readonly Exchange[]> => {
  const { make, can, amount, gateway, run } = world
  const made = [...(await everyExchange(world))]
  const ask = async (name: string, command: Command): Promise<void> =>
    void made.push(...exchangesOf(name, await run(command)))
  if (can.separateCapture) {
    const { target } = await world.charged('authorize')
    await ask('capture of too much', make.capture(target, amount + 1n))
  }
  if (can.refund) {
    const { target, capture } = await world.taken()
    await ask('refund of too much', make.refund(target, amount + 1n, capture)).catch(() => {}) // `request` may refuse it
  }
  if (gateway.capabilities.lookupBy.includes('reference')) {
    const nowhere = { attempt: make.attempt(), gatewayId: null }
    await ask('lookup of nothing', make.lookup(can.separateCapture ? 'authorize' : 'sale', nowhere, amount))
  }
  return made.filter(({ answer }) => answer.effect === 'rejected' || answer.effect === 'absent')
}

const ERRORS = [500, 502, 503, 504]

/** Cases of answers that contradict the command, or themselves, in the provider's own words. */
export const contradictionCases: CaseRuns<
  'answers.foreign_mode' | 'answers.ended_status' | 'answers.refusal_under_error'
> = {
  'answers.foreign_mode': worldly(async (world) => {
    if (!world.can.separateCapture) return
    const [hold, sale] = [await kindOf(world, 'authorize'), await kindOf(world, 'sale')]
    expectApart(world, hold, sale)
    expectApart(world, sale, hold)
  }),
  'answers.ended_status': worldly(async (world) => {
    let found = 0
    for (const exchange of await successes(world)) {
      const { name, document, command } = exchange
      const status = headStatus(document)
      if (status === undefined || !CHARGES.includes(command.kind)) continue
      for (const ended of world.harness.endedStatuses ?? []) {
        found += 1
        const told = `whose ${status.path.join('.')} is '${ended}'`
        const body = doctored(document, (leaf) => (placeOf(leaf) === placeOf(status) ? ended : leaf.value))
        const answer = reread(world, exchange, { body }, told)
        const fits = answer.effect === 'unknown' || answer.effect === 'rejected'
        assert.ok(fits, `${named(name)} ${told} is ${inWords(answer)}; right would be rejected or unknown`)
      }
    }
    assert.ok(found > 0, 'no answer to a charge has a field named status, state or result, or endedStatuses is empty')
  }),
  'answers.refusal_under_error': worldly(async (world) => {
    const refused = await refusals(world)
    assert.ok(refused.length > 0, 'nothing is refused at once; skip this case with that as the reason')
    for (const exchange of refused) {
      for (const status of ERRORS) {
        const told = `that is refused with the status ${status}`
        expectUnknown(reread(world, exchange, { status }, told), exchange.name, told)
      }
    }
  }),
}
