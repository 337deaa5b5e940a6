import assert from 'node:assert/strict'
import { type Command, isFlorinError } from '@florin/core/gateways'
import { type GatewayWorld, inWords } from './world.ts'

const REFUSALS = ['invalid_request', 'unsupported', 'currency_not_supported', 'amount_too_large'] as const

/** Gives a command that must not take effect: `request` throws, or the provider refuses. */
export const expectRefused = async (world: GatewayWorld, command: Command, told: string): Promise<void> => {
  try {
    const { answer } = await world.run(command)
    const settled = await world.settle(command, answer)
    const fits = settled.effect === 'rejected' || settled.effect === 'unknown' || settled.effect === 'absent'
    assert.ok(fits, `${told} is ${inWords(settled)}, and no capability says that it can be`)
  } catch (error) {
    if (!isFlorinError(error)) throw error
    const fits = REFUSALS.some((code) => code === error.code)
    assert.ok(fits, `${told} throws '${error.code}' from \`request\`; right would be 'invalid_request'`)
  }
}
