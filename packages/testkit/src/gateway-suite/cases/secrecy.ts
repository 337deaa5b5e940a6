import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import type { Answer } from '@florin/core/gateways'
import { type CaseRuns, worldly } from '../case-run.ts'
import { everyExchange } from '../exchanges.ts'
import { doctored, documentOf } from '../json-leaves.ts'
import { named } from '../named.ts'
import { sampleCommands } from '../sample-commands.ts'
import type { GatewayWorld } from '../world.ts'

// Numbers that no card has: they pass the Luhn check, as a scanner for card numbers does, and belong to test ranges.
const CARD_NUMBERS = ['4242424242424242', '4242 4242 4242 4242', '4242-4242-4242-4242']
const FREE_TEXT = /message|description|detail|reason$|raw|param|title|text/i

const jsonOf = (value: unknown): string => {
  try {
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? ''
  } catch {
    return '' // circular: `inspect` shows it all the same
  }
}

const shown = (value: unknown): string => `${inspect(value, { depth: 12, showHidden: true })}\n${jsonOf(value)}`

const caught = (act: () => unknown): unknown => {
  try {
    act()
    return null
  } catch (error) {
    return error
  }
}

/** What an adapter gives when it is used well, and when it is used badly. */
const everythingGiven = async (world: GatewayWorld): Promise<Readonly<Record<string, unknown>>> => {
  const { gateway, proxy, make, run } = world
  const exchanges = await everyExchange(world)
  proxy.arm({ how: 'reset_after' })
  const lost = (await run(make.charge('sale'))).answer
  const mail = gateway.capabilities.webhooks ? await world.mailbox.collect() : []
  const [delivery] = mail
  return {
    'the gateway': gateway,
    'its transport': gateway.transport,
    'a request': sampleCommands(world).map((command) => gateway.request(command)),
    'an answer': exchanges.map(({ answer }) => answer),
    'an answer that was lost': lost,
    'a fact': mail.map(({ body, account }) => gateway.parse(body, account)),
    'an error of verify': delivery && caught(() => gateway.verify({ ...delivery, headers: { 'x-none': 'x' } })),
    'an error of parse': caught(() => gateway.parse(Buffer.from('{'), gateway.accounts[0])),
    'an error of request': caught(() => gateway.request(make.charge('sale', { currency: 'XTS', amount: -1n }))),
    'an answer to another account': await gateway.transport
      .send(gateway.request(make.charge('sale')), { account: 'nobody', deadline: Date.now() + 2_000 })
      .catch((error: unknown) => error),
  }
}

const textOfAnswer = (answer: Answer): string => shown(answer)

/** Cases of what must not come out. */
export const secrecyCases: CaseRuns<'secrecy.canaries' | 'secrecy.echoes'> = {
  'secrecy.canaries': worldly(async (world) => {
    const { secrets } = world.harness
    assert.ok(secrets.length > 0, 'the harness names no secrets, so nothing can be looked for')
    for (const [what, value] of Object.entries(await everythingGiven(world))) {
      const text = shown(value)
      const found = secrets.findIndex((secret) => text.includes(secret))
      assert.equal(found, -1, `${what} shows the harness's secret number ${found + 1}`)
    }
    const sent = world.proxy.seen.some(({ headers, body }) => {
      const text = jsonOf([headers, body])
      return secrets.some(
        (secret) => text.includes(secret) || text.includes(Buffer.from(`${secret}:`).toString('base64')),
      )
    })
    assert.ok(sent, 'no request that was sent carried any of the secrets: name the credentials among them')
  }),
  'secrecy.echoes': worldly(async (world) => {
    const { gateway, harness } = world
    for (const { name, command, response } of await everyExchange(world)) {
      const document = documentOf(response.body)
      if (document === undefined) continue
      for (const status of [response.status, 400, 401, 422, 500]) {
        const canaries = [...CARD_NUMBERS, ...harness.secrets]
        const echo = `refused ${canaries.join(' and ')}`
        const body = doctored({ ...document, message: 'x', detail: 'x' }, ({ path, value }) =>
          typeof value === 'string' && FREE_TEXT.test(path.at(-1) ?? '') ? echo : value,
        )
        const text = textOfAnswer(gateway.read({ ...response, status, body }, command))
        const found = canaries.find((canary) => text.includes(canary))
        const told = `the answer to ${named(name)} that is answered ${status} repeats the provider's free text`
        assert.equal(found, undefined, told)
      }
    }
  }),
}
