import assert from 'node:assert/strict'
import { type Answer, type Command, formatAmount } from '@florin/core/gateways'
import { type CaseRuns, worldly } from '../case-run.ts'
import { type Exchange, everyExchange } from '../exchanges.ts'
import { doctored, GONE, type Leaf, leavesOf, withLeaf } from '../json-leaves.ts'
import { named } from '../named.ts'
import { expectUnknown, inJson, isStatus, type JsonExchange, reread, successes } from '../rereading.ts'
import { type GatewayWorld, inWords } from '../world.ts'

const NO_SUCCESS = [302, 400, 402, 404, 409, 422, 429, 500, 503]

/** Where they are not documented they mean something else: received only, nothing to say, changed by a proxy. 200 and 201 many mix. */
const OTHER_SUCCESSES = [202, 203, 204, 205, 206, 207]

/** What comes of a buyer who did not confirm: the buyer brings it along, and could bring that of another payment. */
const failedCompletions = async (world: GatewayWorld): Promise<readonly JsonExchange[]> =>
  (await everyExchange(world))
    .filter(({ command, answer }) => command.kind === 'complete' && answer.effect === 'rejected')
    .map(inJson)

/** The body with other references in place of the command's, or of its charge's where it has none of its own. */
const withAnotherReference = (world: GatewayWorld, { command, response, name }: Exchange): string => {
  const target = 'target' in command ? command.target.attempt : command.attempt
  const reference = response.body.includes(command.attempt) ? command.attempt : target
  assert.ok(
    response.body.includes(reference),
    `the answer to ${named(name)} carries neither the command's reference nor its charge's, so nothing proves that it is ours`,
  )
  return response.body.replaceAll(reference, world.make.attempt())
}

const UNHEARD_OF = 'florin_unheard_of'

/** Other values in a leaf's place: none, nothing, another type, and what its type allows but no provider says. */
const distortions = ({ value }: Leaf): readonly unknown[] =>
  typeof value === 'number'
    ? [GONE, null, 'text', {}, -1, 0.5, 1e21]
    : typeof value === 'string'
      ? [GONE, null, 7, [], '', UNHEARD_OF]
      : [GONE, 'text', 7, {}]

/** What is read from a distorted answer may be what was read before, or nothing. */
const expectAsBefore = (before: Answer, after: Answer, name: string, told: string): void => {
  const fits = after.effect === before.effect || after.effect === 'unknown'
  assert.ok(fits, `${named(name)} that was ${inWords(before)} is ${inWords(after)} ${told}`)
  if (after.effect === 'next') {
    const { gatewayId } = after.step
    return assert.ok(typeof gatewayId === 'string' && gatewayId !== '', `${named(name)} has no gatewayId ${told}`)
  }
  if (after.effect !== 'applied') return
  assert.ok(typeof after.gatewayId === 'string' && after.gatewayId !== '', `${named(name)} has no gatewayId ${told}`)
  const { amount } = after
  assert.ok(
    amount === undefined || (typeof amount === 'bigint' && amount >= 0n),
    `${named(name)} has amount ${amount} ${told}`,
  )
}

/** The command's amount and one more, in whatever way a provider writes it: minor units or decimals, text or number. Else as it was. */
const oneMore = (value: Leaf['value'], { amount, currency }: Command): Leaf['value'] => {
  for (const write of [String, (minor: bigint) => formatAmount(minor, currency)]) {
    if (value === write(amount)) return write(amount + 1n)
    if (value === Number(write(amount))) return Number(write(amount + 1n))
  }
  return value
}

/** Cases of answers that look right and are not. */
export const answerCases: CaseRuns<
  | 'answers.foreign_reference'
  | 'answers.foreign_amount'
  | 'answers.foreign_currency'
  | 'answers.foreign_http_status'
  | 'answers.unknown_status'
  | 'answers.any_shape'
> = {
  'answers.foreign_reference': worldly(async (world) => {
    for (const exchange of [...(await successes(world)), ...(await failedCompletions(world))]) {
      const body = withAnotherReference(world, exchange)
      expectUnknown(
        reread(world, exchange, { body }, 'with another reference'),
        exchange.name,
        'with another reference',
      )
    }
  }),
  'answers.foreign_amount': worldly(async (world) => {
    for (const exchange of await successes(world)) {
      const { name, command, document } = exchange
      if (command.kind === 'cancel') continue // it releases whatever is left, and has no amount of its own
      const other = doctored(document, ({ value }) => oneMore(value, command))
      if (other === JSON.stringify(document)) continue // the answer names no amount
      const answer = reread(world, exchange, { body: other }, 'over another amount')
      if (answer.effect === 'applied' && answer.amount === command.amount + 1n) continue // it is reported as it is
      expectUnknown(answer, name, 'over another amount')
    }
  }),
  'answers.foreign_currency': worldly(async (world) => {
    for (const exchange of await successes(world)) {
      const { name, command, document } = exchange
      if (command.kind === 'cancel') continue
      const other = command.currency === 'CHF' ? 'USD' : 'CHF'
      const body = doctored(document, ({ value }) => {
        if (typeof value !== 'string' || value.toUpperCase() !== command.currency) return value
        return value === command.currency ? other : other.toLowerCase()
      })
      if (body === JSON.stringify(document)) continue
      expectUnknown(reread(world, exchange, { body }, 'in another currency'), name, 'in another currency')
    }
  }),
  'answers.foreign_http_status': worldly(async (world) => {
    const exchanges = await successes(world)
    const known = exchanges.map(({ response }) => response.status)
    const foreign = [...NO_SUCCESS, ...OTHER_SUCCESSES.filter((status) => !known.includes(status))]
    for (const exchange of exchanges) {
      for (const status of foreign) {
        const told = `whose success comes with the status ${status}`
        expectUnknown(reread(world, exchange, { status }, told), exchange.name, told)
      }
    }
  }),
  'answers.unknown_status': worldly(async (world) => {
    let found = 0
    for (const exchange of await successes(world)) {
      const { name, document } = exchange
      if (!leavesOf(document).some(isStatus)) continue
      found += 1
      const body = doctored(document, (leaf) => (isStatus(leaf) ? UNHEARD_OF : leaf.value))
      const told = `whose status is '${UNHEARD_OF}'`
      expectUnknown(reread(world, exchange, { body }, told), name, told)
    }
    assert.ok(found > 0, 'no answer has a field named status, state or result; skip this case with that as the reason')
  }),
  'answers.any_shape': worldly(async (world) => {
    for (const exchange of (await everyExchange(world)).map(inJson)) {
      const { document, name } = exchange
      for (const leaf of leavesOf(document)) {
        for (const value of distortions(leaf)) {
          const shown = value === GONE ? 'gone' : JSON.stringify(value)
          const told = `where ${leaf.path.join('.')} is ${shown}`
          const answer = reread(world, exchange, { body: withLeaf(document, leaf, value) }, told)
          expectAsBefore(exchange.answer, answer, name, told)
        }
      }
    }
  }),
}
