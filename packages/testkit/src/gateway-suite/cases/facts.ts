import assert from 'node:assert/strict'
import type { Command, GatewayFact, RawDelivery } from '@florin/core/gateways'
import { everythingAnnounced, oneAnnounced } from '../announced.ts'
import { type CaseRuns, worldly } from '../case-run.ts'
import { deedsOf } from '../deeds.ts'
import { named } from '../named.ts'
import type { GatewayWorld } from '../world.ts'

const factText = (facts: readonly GatewayFact[]): string =>
  JSON.stringify(facts, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))

const parsed = ({ gateway }: GatewayWorld, { body, account }: RawDelivery): string =>
  factText(gateway.parse(body, account))

/** Bodies that no provider sends, though its signature be right. */
const malformed = (body: Uint8Array): readonly Uint8Array[] => {
  const text = Buffer.from(body).toString('utf8')
  return [
    Buffer.alloc(0),
    Buffer.from(text.slice(0, text.length >> 1)),
    Buffer.from('<html></html>'),
    Buffer.from('null'),
  ]
}

const ATTEMPT = /^att_[0-9a-z]+$/

/** What carries an operation's own reference is about that operation. A charge's reference may stand on all that is done to it. */
const expectKind = async ({ mailbox }: GatewayWorld, { kind, attempt }: Command): Promise<void> => {
  if (kind === 'authorize' || kind === 'sale' || kind === 'complete') return
  const stray = (await mailbox.facts()).find((fact) => fact.attempt === attempt && fact.of !== kind)
  assert.equal(
    stray?.of,
    undefined,
    `a webhook with the reference of ${named(kind)} is read as about ${named(stray?.of ?? kind)}`,
  )
}

/** A deed's outcome and what webhooks say of it must be the same story. */
const expectAgreement = async (world: GatewayWorld): Promise<void> => {
  for (const deed of deedsOf(world)) {
    const { command } = await deed.ready(world)
    const { gatewayId, amount } = await world.succeed(command)
    const fact = await world.mailbox.about(command, gatewayId)
    await expectKind(world, command)
    if (fact === undefined) {
      // A provider may announce only some of what it does; the lookup then is the proof.
      assert.ok(
        world.gateway.capabilities.lookupBy.length > 0,
        `no webhook is about ${named(deed.name)}, and there is no lookup`,
      )
      continue
    }
    const told = `the webhook of ${named(deed.name)}`
    assert.equal(fact.gatewayId, gatewayId, `${told} names another gatewayId than its answer`)
    assert.ok(fact.attempt === null || ATTEMPT.test(fact.attempt), `${told} has the attempt '${fact.attempt}'`)
    const taken = amount ?? command.amount
    const known = command.kind === 'cancel' || fact.amount === null || fact.amount === taken
    assert.ok(known, `${told} has the amount ${fact.amount}, and its answer ${taken}`)
    const { currency } = fact
    assert.ok(currency === null || currency === command.currency, `${told} has the currency ${currency}`)
    const parent = 'target' in command && command.kind !== 'complete' ? command.target.gatewayId : null
    if (fact.parentGatewayId !== null && parent !== null)
      assert.equal(fact.parentGatewayId, parent, `${told} names another charge than the command's`)
    const { occurredAt } = fact
    const recent = occurredAt === null || Math.abs(Date.now() - occurredAt) < 86_400_000
    assert.ok(recent, `${told} has occurredAt ${occurredAt}, which is not within a day: it is UTC milliseconds`)
  }
}

/** Cases of what webhooks say. */
export const factCases: CaseRuns<
  'webhooks.parse_pure' | 'webhooks.agree' | 'webhooks.unheard_of' | 'webhooks.malformed'
> = {
  'webhooks.parse_pure': worldly(async (world) => {
    if (!world.gateway.capabilities.webhooks) return
    const mail = await everythingAnnounced(world)
    const first = mail.map((delivery) => parsed(world, delivery))
    const copies = mail.map((delivery) => ({ ...delivery, body: Uint8Array.from(delivery.body) }))
    assert.deepEqual(
      copies.map((delivery) => parsed(world, delivery)),
      first,
      'the second parse says something else',
    )
    const backwards = [...mail].reverse().map((delivery) => parsed(world, delivery))
    assert.deepEqual(backwards.reverse(), first, 'parsed in another order, the same bodies say something else')
    const { harness, another } = world
    const fresh = another((double, url) => harness.gateway(double, url))
    const last = mail.at(-1)
    if (last === undefined) return
    assert.equal(factText(fresh.parse(last.body, last.account)), first.at(-1), 'another process reads something else')
  }),
  'webhooks.agree': worldly(async (world) => {
    if (world.gateway.capabilities.webhooks) await expectAgreement(world)
  }),
  'webhooks.unheard_of': worldly(async ({ harness, provider, gateway }) => {
    if (!gateway.capabilities.webhooks) return
    const delivery = await harness.deliveries?.unheardOf?.(provider)
    assert.ok(delivery, 'the harness gives no delivery of an unknown kind')
    gateway.verify(delivery)
    const facts = gateway.parse(delivery.body, delivery.account)
    assert.equal(facts.length, 0, `an event of an unknown kind gives ${facts.length} facts`)
  }),
  'webhooks.malformed': worldly(async (world) => {
    if (!world.gateway.capabilities.webhooks) return
    const delivery = await oneAnnounced(world)
    for (const body of malformed(delivery.body)) {
      const shown = JSON.stringify(Buffer.from(body).toString('utf8').slice(0, 20))
      assert.throws(() => world.gateway.parse(body, delivery.account), `the body ${shown}… is parsed without an error`)
    }
  }),
}
