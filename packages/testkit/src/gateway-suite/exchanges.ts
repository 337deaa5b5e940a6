import type { Answer, Command, GatewayResponse } from '@florin/core/gateways'
import { deedsOf, waitingCharge } from './deeds.ts'
import type { Performance } from './performing.ts'
import type { GatewayWorld } from './world.ts'

/** What was asked, what came back, and what the adapter made of it. */
export interface Exchange {
  /** `authorize`, `capture` …, `decline` for a charge that was declined; with the number of the request, where a command takes several. */
  readonly name: string
  readonly command: Command
  readonly response: GatewayResponse
  readonly answer: Answer
}

/** Every request of a command that was answered. */
export const exchangesOf = (name: string, { steps }: Performance): readonly Exchange[] =>
  steps.flatMap(({ command, response, answer }, index) => {
    const told = steps.length === 1 ? name : `${name} (request ${index + 1} of ${steps.length})`
    return response === null ? [] : [{ name: told, command, response, answer }]
  })

/** A completion by a buyer who did not confirm. */
const failedCompletion = async (world: GatewayWorld): Promise<readonly Exchange[]> => {
  const { command, target, answer } = await waitingCharge(world)
  return exchangesOf('failed completion', await world.run(world.make.complete(command, target, await answer('fail'))))
}

/** The exchanges of every kind of command that the adapter can do, of each decline, and of a completion that fails. */
export const everyExchange = async (world: GatewayWorld): Promise<readonly Exchange[]> => {
  const made: Exchange[] = []
  for (const deed of deedsOf(world))
    made.push(...exchangesOf(deed.name, await world.run((await deed.ready(world)).command)))
  const kind = world.can.separateCapture ? 'authorize' : 'sale'
  for (const { method } of world.harness.methods.declined)
    made.push(...exchangesOf('decline', await world.run(world.make.charge(kind, { method }))))
  if (world.harness.methods.challenge !== undefined) made.push(...(await failedCompletion(world)))
  return made
}
