import assert from 'node:assert/strict'
import { exponentOf } from '@florin/core'
import { type Command, type GatewayRequest, isFlorinError, isPayable } from '@florin/core/gateways'
import { type CaseRuns, worldly } from '../case-run.ts'
import { named } from '../named.ts'
import { sampleCommands } from '../sample-commands.ts'
import type { GatewayWorld } from '../world.ts'
import { inWords } from '../world.ts'

/** As core stores a command: JSON, with amounts as text. */
const storedAndRead = (command: Command): Command => {
  const text = JSON.stringify(command, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
  ) as Command
}

const bytesOf = ({ method, path, headers, body }: GatewayRequest): string =>
  JSON.stringify([method, path, headers, body])

/** With what is percent-encoded, in paths and forms, as it was meant. */
const decoded = (text: string): string =>
  text.replaceAll('+', ' ').replaceAll(/%(?:2[0-9a-f]|[3-7][0-9a-f])/gi, (code) => decodeURIComponent(code))

const AUTHENTICATION = /^(authorization|proxy-authorization|cookie|x-api-key|api-key|apikey)$/i

const PECULIAR = [
  'JPY',
  'KRW',
  'CLP',
  'ISK',
  'UGX',
  'VND',
  'KWD',
  'BHD',
  'TND',
  'HUF',
  'TWD',
  'IDR',
  'CVE',
  'USD',
  'CHF',
]
const AMOUNTS = [12_345n, 12_340n, 12_300n, 1_000_000n]

const takes = ({ gateway }: GatewayWorld, currency: string): boolean => {
  const { currencies } = gateway.capabilities
  return isPayable(currency) && (currencies === 'all' || currencies.includes(currency))
}

/** Charges an amount that the provider may not be able to express: null where it is refused. */
const chargedIn = async (world: GatewayWorld, currency: string, amount: bigint): Promise<bigint | null> => {
  const command = world.make.charge('sale', { currency, amount })
  const told = `a sale of ${amount} minor units of ${currency}`
  try {
    const { answer } = await world.run(command)
    const settled = await world.settle(command, answer)
    if (settled.effect === 'rejected') {
      world.expectMoved(command.attempt, { authorized: 0n, captured: 0n, refunded: 0n }, `after ${told} was refused`)
      return null
    }
    assert.ok(settled.effect === 'applied', `${told} is ${inWords(settled)}`)
  } catch (error) {
    if (isFlorinError(error, 'invalid_request')) return null
    throw error
  }
  world.expectMoved(command.attempt, { authorized: amount, captured: amount, refunded: 0n }, `after ${told}`)
  return amount
}

/** Cases of what `request` gives, without sending it, but for amounts. */
export const requestCases: CaseRuns<
  | 'request.same_bytes'
  | 'request.no_io'
  | 'request.no_credentials'
  | 'request.key'
  | 'request.reference'
  | 'request.amounts'
> = {
  'request.same_bytes': worldly(async (world) => {
    const { gateway, harness, another } = world
    const twin = another((double, url) => harness.gateway(double, url))
    for (const command of sampleCommands(world)) {
      const first = bytesOf(gateway.request(command))
      const told = `${named(command.kind)}`
      assert.equal(bytesOf(gateway.request(command)), first, `${told} gives other bytes the second time`)
      const stored = storedAndRead(command)
      assert.equal(bytesOf(gateway.request(stored)), first, `${told} that was stored and read gives other bytes`)
      assert.equal(bytesOf(twin.request(command)), first, `${told} gives other bytes in another process`)
      const { body } = gateway.request(command)
      assert.ok(body === null || typeof body === 'string', `the body of ${told} is not text: it is stored as text`)
    }
  }),
  'request.no_io': worldly(async (world) => {
    const { gateway, proxy } = world
    for (const command of sampleCommands(world)) {
      const request: unknown = gateway.request(command)
      assert.ok(!(request instanceof Promise), `the request of ${named(command.kind)} is a promise`)
      const answer: unknown = gateway.read({ status: 200, headers: {}, body: '{}' }, command)
      assert.ok(!(answer instanceof Promise), `the answer to ${named(command.kind)} is a promise`)
    }
    // A connection of the suite's own comes last: whatever was begun before it stands by then.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    await fetch(proxy.url, { headers: { connection: 'close' } })
    assert.equal(proxy.connections(), 1, 'a connection was opened though nothing was sent')
  }),
  'request.no_credentials': worldly(async (world) => {
    const { gateway, harness } = world
    for (const command of sampleCommands(world)) {
      const request = gateway.request(command)
      const leaked = harness.secrets.some((secret) => bytesOf(request).includes(secret))
      assert.ok(!leaked, `the request of ${named(command.kind)} holds a secret of the gateway`)
      const header = Object.keys(request.headers).find((name) => AUTHENTICATION.test(name))
      assert.equal(header, undefined, `the request of ${named(command.kind)} has the header '${header}'`)
      assert.match(request.path, /^\/(?!\/)/, `the path of ${named(command.kind)} does not begin with one slash`)
    }
  }),
  'request.key': worldly(async (world) => {
    const { gateway } = world
    if (gateway.capabilities.keyRetentionMs === 0) return // it has no idempotency keys
    for (const command of sampleCommands(world)) {
      const request = gateway.request(command)
      if (command.kind === 'lookup' || request.method === 'GET') continue // it changes nothing
      assert.ok(bytesOf(request).includes(command.key), `the request of ${named(command.kind)} does not carry its key`)
      const other = gateway.request({ ...command, key: 'another-key-of-florin' })
      const swapped = bytesOf(request).replaceAll(command.key, 'another-key-of-florin')
      assert.equal(bytesOf(other), swapped, `the key of ${named(command.kind)} changes more of its request than itself`)
    }
  }),
  'request.reference': worldly(async (world) => {
    const { gateway } = world
    for (const command of sampleCommands(world)) {
      if (command.kind !== 'authorize' && command.kind !== 'sale') continue
      const bytes = decoded(bytesOf(gateway.request(command)))
      assert.ok(
        bytes.includes(command.attempt),
        `the request of ${named(command.kind)} does not carry the attempt's id`,
      )
      const told = `the request of ${named(command.kind)} does not carry the merchant's reference`
      assert.ok(bytes.includes(command.merchantReference), told)
    }
  }),
  'request.amounts': worldly(async (world) => {
    for (const currency of [...new Set([world.harness.currency, ...PECULIAR])]) {
      if (!takes(world, currency)) continue
      const charged: (bigint | null)[] = []
      for (const amount of AMOUNTS) charged.push(await chargedIn(world, currency, amount))
      const digits = exponentOf(currency)
      const round = charged.some((amount) => amount !== null)
      // Which of all currencies a provider takes in which amounts is its own affair; one that is declared by name is taken.
      const may = currency !== world.harness.currency && world.gateway.capabilities.currencies === 'all'
      const why = currency === world.harness.currency ? 'the harness charges in it' : 'capabilities.currencies names it'
      assert.ok(round || may, `no sale in ${currency}, of ${digits} decimals, was taken, though ${why}`)
    }
  }),
}
