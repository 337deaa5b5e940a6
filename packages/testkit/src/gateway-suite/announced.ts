import assert from 'node:assert/strict'
import type { GatewayFact, RawDelivery } from '@florin/core/gateways'
import { deedsOf } from './deeds.ts'
import type { GatewayWorld } from './world.ts'

/** Does every deed, and gives everything that the provider announced about them. */
export const everythingAnnounced = async (world: GatewayWorld): Promise<readonly RawDelivery[]> => {
  for (const deed of deedsOf(world)) await world.succeed((await deed.ready(world)).command)
  const mail = await world.mailbox.collect()
  assert.ok(mail.length > 0, 'the double announces nothing, though `capabilities.webhooks` says that it does')
  return [...mail]
}

/** One authentic delivery, of the first charge. */
export const oneAnnounced = async (world: GatewayWorld): Promise<RawDelivery> => {
  await world.charged(world.can.separateCapture ? 'authorize' : 'sale')
  const [delivery] = await world.mailbox.collect()
  assert.ok(delivery, 'the double announces no charge, though `capabilities.webhooks` says that it does')
  return delivery
}

/** The part of facts that money depends on; times and wording may be unsigned. */
export const substanceOf = (facts: readonly GatewayFact[]): string =>
  JSON.stringify(
    facts.map(({ attempt, of, gatewayId, parentGatewayId, amount, currency, answer }) => [
      attempt,
      of,
      gatewayId,
      parentGatewayId,
      amount?.toString() ?? null,
      currency,
      answer.effect,
    ]),
  )
