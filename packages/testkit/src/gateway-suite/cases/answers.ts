import assert from 'node:assert/strict'
import { type Answer, type Command, formatAmount } from '@florin/core/gateways'
import { type CaseRuns, worldly } from '../case-run.ts'
import { type Exchange, everyExchange } from '../exchanges.ts'
import { doctored, documentOf, GONE, type Leaf, leavesOf, withLeaf } from '../json-leaves.ts'
import { named } from '../named.ts'
import { type GatewayWorld, inWords } from '../world.ts'

/** Reads an exchange's answer anew, with another body. */
const reread = (
  { gateway }: GatewayWorld,
  { response, command, name }: Exchange,
  body: string,
  told: string,
): Answer => {
  try {
    return gateway.read({ ...response, body }, command)
  } catch (error) {
    assert.fail(
      `\`read\` throws (${error instanceof Error ? error.message : 'not an error'}) at ${named(name)} ${told}`,
    )
  }
}

const expectUnknown = (answer: Answer, name: string, told: string): void =>
  assert.equal(answer.effect, 'unknown', `${named(name)} ${told} is ${inWords(answer)}; right would be unknown`)

/** The exchanges that succeeded, with their bodies parsed; one that is not JSON cannot be doctored. */
const successes = async (world: GatewayWorld): Promise<readonly (Exchange & { readonly document: object })[]> =>
  (await everyExchange(world)).flatMap((exchange) => {
    if (exchange.answer.effect !== 'applied' && exchange.answer.effect !== 'pending') return []
    const document = documentOf(exchange.response.body)
    assert.ok(document, `the answer to ${named(exchange.name)} is not JSON; skip this case with that as the reason`)
    return [{ ...exchange, document }]
  })

const NO_SUCCESS = [302, 400, 402, 404, 409, 422, 429, 500, 503]

const STATUS = /^(status|state|result|result_?code|outcome)$/i
const UNHEARD_OF = 'florin_unheard_of'

const isStatus = ({ path, value }: Leaf): boolean => typeof value === 'string' && STATUS.test(path.at(-1) ?? '')

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
    for (const exchange of await successes(world)) {
      const { name, command, response } = exchange
      const own = response.body.includes(command.attempt)
      const target = 'target' in command ? command.target.attempt : command.attempt
      const reference = own ? command.attempt : target
      assert.ok(
        response.body.includes(reference),
        `the answer to ${named(name)} carries neither the command's reference nor its charge's, so nothing proves that it is ours`,
      )
      const body = response.body.replaceAll(reference, world.make.attempt())
      expectUnknown(reread(world, exchange, body, 'with another reference'), name, 'with another reference')
    }
  }),
  'answers.foreign_amount': worldly(async (world) => {
    for (const exchange of await successes(world)) {
      const { name, command, document } = exchange
      if (name === 'cancel') continue // it releases whatever is left, and has no amount of its own
      const other = doctored(document, ({ value }) => oneMore(value, command))
      if (other === JSON.stringify(document)) continue // the answer names no amount
      const answer = reread(world, exchange, other, 'over another amount')
      if (answer.effect === 'applied' && answer.amount === command.amount + 1n) continue // it is reported as it is
      expectUnknown(answer, name, 'over another amount')
    }
  }),
  'answers.foreign_currency': worldly(async (world) => {
    for (const exchange of await successes(world)) {
      const { name, command, document } = exchange
      if (name === 'cancel') continue
      const other = command.currency === 'CHF' ? 'USD' : 'CHF'
      const body = doctored(document, ({ value }) => {
        if (typeof value !== 'string' || value.toUpperCase() !== command.currency) return value
        return value === command.currency ? other : other.toLowerCase()
      })
      if (body === JSON.stringify(document)) continue
      expectUnknown(reread(world, exchange, body, 'in another currency'), name, 'in another currency')
    }
  }),
  'answers.foreign_http_status': worldly(async (world) => {
    for (const exchange of await successes(world)) {
      const { name, command, response } = exchange
      for (const status of NO_SUCCESS) {
        const answer = world.gateway.read({ ...response, status }, command)
        expectUnknown(answer, name, `whose success comes with the status ${status}`)
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
      expectUnknown(reread(world, exchange, body, told), name, told)
    }
    assert.ok(found > 0, 'no answer has a field named status, state or result; skip this case with that as the reason')
  }),
  'answers.any_shape': worldly(async (world) => {
    for (const exchange of await everyExchange(world)) {
      const document = documentOf(exchange.response.body)
      assert.ok(document, `the answer to ${named(exchange.name)} is not JSON; skip this case with that as the reason`)
      for (const leaf of leavesOf(document)) {
        for (const value of distortions(leaf)) {
          const shown = value === GONE ? 'gone' : JSON.stringify(value)
          const told = `where ${leaf.path.join('.')} is ${shown}`
          const answer = reread(world, exchange, withLeaf(document, leaf, value), told)
          expectAsBefore(exchange.answer, answer, exchange.name, told)
        }
      }
    }
  }),
}
