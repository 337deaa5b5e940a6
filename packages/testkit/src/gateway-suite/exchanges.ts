import type { Answer, Command, GatewayResponse } from '@florin/core/gateways'
import { deedsOf } from './deeds.ts'
import type { GatewayWorld } from './world.ts'

/** What was asked, what came back, and what the adapter made of it. */
export interface Exchange {
  /** `authorize`, `capture` …, or `decline` for a charge that was declined. */
  readonly name: string
  readonly command: Command
  readonly response: GatewayResponse
  readonly answer: Answer
}

/** One exchange of every kind of command that the adapter can do, and one of each decline. */
export const everyExchange = async (world: GatewayWorld): Promise<readonly Exchange[]> => {
  const made: Exchange[] = []
  const keep = async (name: string, command: Command): Promise<void> => {
    const { answer, response, steps } = await world.run(command)
    const last = steps.at(-1) ?? steps[0]
    if (response !== null) made.push({ name, command: last.command, response, answer })
  }
  for (const deed of deedsOf(world)) await keep(deed.name, (await deed.ready(world)).command)
  const kind = world.can.separateCapture ? 'authorize' : 'sale'
  for (const { method } of world.harness.methods.declined) await keep('decline', world.make.charge(kind, { method }))
  return made
}
