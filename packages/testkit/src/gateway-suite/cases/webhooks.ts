import assert from 'node:assert/strict'
import { type ErrorCode, isFlorinError } from '@florin/core'
import type { Gateway, RawDelivery } from '@florin/core/gateways'
import { everythingAnnounced, oneAnnounced, substanceOf } from '../announced.ts'
import { type CaseRuns, worldly } from '../case-run.ts'
import { documentOf, leavesOf, withLeaf } from '../json-leaves.ts'
import type { GatewayWorld } from '../world.ts'

/** What `verify` says: nothing, or the code that it throws. */
const verdict = (gateway: Gateway, delivery: RawDelivery): ErrorCode | 'accepted' => {
  try {
    gateway.verify(delivery)
    return 'accepted'
  } catch (error) {
    if (isFlorinError(error)) return error.code
    assert.fail(`\`verify\` throws ${error instanceof Error ? error.name : typeof error}, which is no FlorinError`)
  }
}

const expectRejected = (gateway: Gateway, delivery: RawDelivery, told: string): void => {
  const seen = verdict(gateway, delivery)
  assert.equal(seen, 'webhook_rejected', `a webhook ${told} is ${seen}; right would be webhook_rejected`)
}

/** A gateway without webhooks refuses them all; its other cases have nothing to look at. */
const hasWebhooks = ({ gateway }: GatewayWorld): boolean => {
  if (gateway.capabilities.webhooks) return true
  const delivery = { account: gateway.accounts[0], headers: {}, body: Buffer.from('{}'), receivedAt: Date.now() }
  expectRejected(gateway, delivery, 'at a gateway whose capabilities have none')
  return false
}

const withBody = (delivery: RawDelivery, body: string | Uint8Array): RawDelivery => ({
  ...delivery,
  body: Buffer.from(body),
})

const textOf = ({ body }: RawDelivery): string => Buffer.from(body).toString('utf8')

const other = (value: unknown): unknown =>
  typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : value === null ? 'null' : `${value}1`

const factsOf = ({ gateway }: GatewayWorld, delivery: RawDelivery): string => {
  try {
    return substanceOf(gateway.parse(delivery.body, delivery.account))
  } catch {
    return 'unreadable'
  }
}

const expectTamperProof = (world: GatewayWorld, delivery: RawDelivery): void => {
  const document = documentOf(textOf(delivery))
  assert.ok(document, 'a webhook’s body is not JSON; skip this case with that as the reason')
  const before = factsOf(world, delivery)
  for (const leaf of leavesOf(document)) {
    const changed = withBody(delivery, withLeaf(document, leaf, other(leaf.value)))
    const seen = verdict(world.gateway, changed)
    if (seen === 'webhook_rejected' || seen === 'webhook_foreign') continue
    const told = `a webhook whose ${leaf.path.join('.')} was changed is ${seen}, and says something else than before`
    assert.ok(seen === 'accepted' && factsOf(world, changed) === before, told)
  }
}

const WINDOW_MS = 300_000
const SKEW_MS = 60_000 // between the double's signing and this case

/** Cases of what is authentic. */
export const authenticityCases: CaseRuns<
  | 'webhooks.authentic'
  | 'webhooks.tampered_body'
  | 'webhooks.tampered_headers'
  | 'webhooks.replay_window'
  | 'webhooks.foreign_account'
  | 'webhooks.too_large'
  | 'webhooks.no_secret'
  | 'webhooks.rotation'
> = {
  'webhooks.authentic': worldly(async (world) => {
    if (!hasWebhooks(world)) return
    let told = 0
    for (const delivery of await everythingAnnounced(world)) {
      assert.equal(verdict(world.gateway, delivery), 'accepted', 'an authentic webhook is refused')
      told += world.gateway.parse(delivery.body, delivery.account).length
    }
    assert.ok(told > 0, 'no webhook of all commands tells anything')
  }),
  'webhooks.tampered_body': worldly(async (world) => {
    if (!hasWebhooks(world)) return
    for (const delivery of await everythingAnnounced(world)) expectTamperProof(world, delivery)
    const delivery = await oneAnnounced(world)
    const text = textOf(delivery)
    for (const length of [0, 1, text.length >> 1, text.length - 1])
      expectRejected(world.gateway, withBody(delivery, text.slice(0, length)), `cut to ${length} characters`)
    expectRejected(world.gateway, withBody(delivery, `${text.slice(0, -1)},"x":1}x`), 'with something behind its body')
  }),
  'webhooks.tampered_headers': worldly(async (world) => {
    if (!hasWebhooks(world)) return
    const { gateway } = world
    const delivery = await oneAnnounced(world)
    const headed = (headers: Readonly<Record<string, string>>): RawDelivery => ({ ...delivery, headers })
    expectRejected(gateway, headed({}), 'without any header')
    const { headers } = delivery
    for (const name of Object.keys(headers)) {
      const { [name]: value = '', ...rest } = headers
      if (verdict(gateway, headed(rest)) === 'accepted') continue // it is no part of the proof
      const wrong = [
        '',
        ' ',
        'x',
        value.slice(0, -4),
        value.slice(0, value.length >> 1),
        `${value}f`,
        'é'.repeat(64),
        '='.repeat(5_000),
      ]
      for (const each of wrong)
        expectRejected(
          gateway,
          headed({ ...rest, [name]: each }),
          `whose ${name} is ${JSON.stringify(each.slice(0, 12))}…`,
        )
    }
  }),
  'webhooks.replay_window': worldly(async (world) => {
    if (!hasWebhooks(world)) return
    const { gateway } = world
    const delivery = await oneAnnounced(world)
    const received = (offset: number): RawDelivery => ({ ...delivery, receivedAt: delivery.receivedAt + offset })
    for (const sign of [-1, 1]) {
      const near = verdict(gateway, received(sign * (WINDOW_MS - SKEW_MS)))
      assert.equal(near, 'accepted', `a webhook that is ${(sign * (WINDOW_MS - SKEW_MS)) / 1_000} s old is ${near}`)
      const far = WINDOW_MS + SKEW_MS
      expectRejected(gateway, received(sign * far), `that is ${(sign * far) / 1_000} s old`)
    }
  }),
  'webhooks.foreign_account': worldly(async (world) => {
    if (!hasWebhooks(world)) return
    const { harness, provider, gateway } = world
    const foreign = await harness.deliveries?.foreign?.(provider)
    assert.ok(foreign, 'the harness gives no foreign delivery')
    const seen = verdict(gateway, foreign)
    assert.equal(seen, 'webhook_foreign', `an authentic webhook about another account is ${seen}`)
  }),
  'webhooks.too_large': worldly(async (world) => {
    if (!hasWebhooks(world)) return
    const delivery = await oneAnnounced(world)
    const padded = Buffer.concat([delivery.body, Buffer.alloc(10_485_760, 0x20)])
    expectRejected(world.gateway, { ...delivery, body: padded }, 'of 10 MB')
  }),
  'webhooks.no_secret': worldly(async (world) => {
    const { harness, another } = world
    const mute = another((double, url) => harness.variants?.withoutSecret?.(double, url) ?? assert.fail())
    assert.equal(mute.capabilities.webhooks, false, '`capabilities.webhooks` is true without a webhook secret')
    if (!world.gateway.capabilities.webhooks) return
    expectRejected(mute, await oneAnnounced(world), 'at a gateway without a webhook secret')
  }),
  'webhooks.rotation': worldly(async (world) => {
    const { harness, another } = world
    const rotating = another((double, url) => harness.variants?.rotating?.(double, url) ?? assert.fail())
    const delivery = await oneAnnounced(world)
    const seen = verdict(rotating, delivery)
    assert.equal(seen, 'accepted', `a webhook signed with the older of two active secrets is ${seen}`)
    const changed = withBody(delivery, textOf(delivery).replaceAll(/\d/g, '7'))
    expectRejected(rotating, changed, 'whose body was changed, at a gateway with two secrets')
  }),
}
