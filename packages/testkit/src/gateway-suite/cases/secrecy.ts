import assert from 'node:assert/strict'
import { CARD_NUMBERS, holds, jsonOf, shown } from '../canaries.ts'
import { type CaseRuns, worldly } from '../case-run.ts'
import { everyExchange } from '../exchanges.ts'
import { doctored, documentOf } from '../json-leaves.ts'
import { named } from '../named.ts'
import { sampleCommands } from '../sample-commands.ts'
import type { GatewayWorld } from '../world.ts'

const FREE_TEXT = /message|description|detail|reason$|raw|param|title|text/i

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
    const sent = world.proxy.seen.map(({ headers, body }) => jsonOf([headers, body]))
    const travels = secrets.some((secret) => sent.some((text) => holds(text, secret)))
    assert.ok(
      travels,
      'no request that was sent carried any of `secrets`, so nothing shows that they are the ones in use: name the credentials among them; where requests are signed, and no secret travels, the id of the key that does',
    )
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
        const text = shown(gateway.read({ ...response, status, body }, command))
        const found = canaries.find((canary) => text.includes(canary))
        const told = `the answer to ${named(name)} that is answered ${status} repeats the provider's free text`
        assert.equal(found, undefined, told)
      }
    }
  }),
}
