import assert from 'node:assert/strict'
import type { Answer, GatewayResponse } from '@florin/core/gateways'
import { type Exchange, everyExchange } from './exchanges.ts'
import { documentOf, type Leaf } from './json-leaves.ts'
import { named } from './named.ts'
import { type GatewayWorld, inWords } from './world.ts'

/** Reads an exchange's answer anew, with another body or status. */
export const reread = (
  { gateway }: GatewayWorld,
  { response, command, name }: Exchange,
  change: Partial<GatewayResponse>,
  told: string,
): Answer => {
  try {
    return gateway.read({ ...response, ...change }, command)
  } catch (error) {
    assert.fail(
      `\`read\` throws (${error instanceof Error ? error.message : 'not an error'}) at ${named(name)} ${told}`,
    )
  }
}

/** The only right conclusion from an answer that contradicts itself, or the command. */
export const expectUnknown = (answer: Answer, name: string, told: string): void =>
  assert.equal(answer.effect, 'unknown', `${named(name)} ${told} is ${inWords(answer)}; right would be unknown`)

/** An exchange with its body parsed. */
export type JsonExchange = Exchange & { readonly document: object }

/** The exchange with its body parsed; one that is not JSON cannot be doctored. */
export const inJson = (exchange: Exchange): JsonExchange => {
  const document = documentOf(exchange.response.body)
  assert.ok(document, `the answer to ${named(exchange.name)} is not JSON; skip this case with that as the reason`)
  return { ...exchange, document }
}

const SUCCESSES = ['applied', 'pending', 'next']

/** The exchanges that went well, those included that ask for a further request. */
export const successes = async (world: GatewayWorld): Promise<readonly JsonExchange[]> =>
  (await everyExchange(world)).filter(({ answer }) => SUCCESSES.includes(answer.effect)).map(inJson)

const STATUS = /^(status|state|result|result_?code|outcome)$/i

/** Whether a field is called as statuses are. */
export const isStatus = ({ path, value }: Leaf): boolean => typeof value === 'string' && STATUS.test(path.at(-1) ?? '')
