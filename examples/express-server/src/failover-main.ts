import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Child, startChild } from './faults/child.ts'
import { stopWithParent } from './stop-with-parent.ts'

/*
 * The shop between two providers, in one command: a Stripe and an Adyen double, each a process with switches of its own, and the example
 * server that sells through both. PORT and FLORIN_DB are the shop's; everything about failover goes on to it.
 */
const DEFAULT_PORT = '3000'
const FOLDER = '.florin'
const PORTS = { stripe: '4010', adyen: '4020' } as const

const { env } = process
const shop = `http://127.0.0.1:${env.PORT || DEFAULT_PORT}`
const folder = resolve(process.cwd(), FOLDER)
const running = new Map<string, Child>()
let stopping = false

const stop = async (code: number): Promise<void> => {
  if (stopping) return
  stopping = true
  await running.get('shop')?.stop() // first, so that what is on its way finds its provider
  await Promise.all([...running.values()].map((child) => child.stop()))
  process.exit(code)
}

/** What starts a provider again, at the same place, with the books and secrets that it had. */
const argumentsOf = (name: keyof typeof PORTS): readonly string[] => {
  const port = PORTS[name]
  return [name, '--port', port, '--shop', shop, '--journal', `${FOLDER}/${name}.jsonl`]
}

const startProvider = async (name: keyof typeof PORTS): Promise<Child> => {
  const child = await startChild('../provider-main.ts', {}, argumentsOf(name))
  running.set(name, child)
  void child.gone.then(() => {
    if (stopping) return
    running.delete(name)
    console.log(
      `\n${name} is gone. The shop goes on; bring it back with\n\n  npm run provider -- ${argumentsOf(name).join(' ')}\n`,
    )
  })
  return child
}

const told = (stripe: Child, adyen: Child): string =>
  [
    `The shop is at ${shop}/, between two providers on this machine:`,
    '',
    `  Stripe   ${stripe.said.control}/   (process ${stripe.pid})`,
    `  Adyen    ${adyen.said.control}/   (process ${adyen.pid})`,
    '',
    'Pay with a card of “Stripe or Adyen”. Then stop one of them at its page, hang it, or let it reset connections after it has acted;',
    `or kill its process. Pay again, and read the timeline.`,
    'Ctrl-C stops all three.',
  ].join('\n')

try {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const [stripe, adyen] = await Promise.all([startProvider('stripe'), startProvider('adyen')])
  const server = await startChild('../main.ts', {
    FLORIN_DB: resolve(folder, 'failover.db'), // its own: a database is for one set of gateways
    ...(env.FLORIN_DB && { FLORIN_DB: env.FLORIN_DB }),
    ...(stripe.said.env as Record<string, string>),
    ...(adyen.said.env as Record<string, string>),
    PORT: new URL(shop).port || '80',
  })
  running.set('shop', server)
  void server.gone.then(() => stop(1))
  process.on('SIGINT', () => void stop(0))
  process.on('SIGTERM', () => void stop(0))
  stopWithParent(() => void stop(0), env)
  console.log(told(stripe, adyen))
  process.send?.({ ready: shop, stripe: stripe.said, adyen: adyen.said })
} catch (error) {
  console.error(`florin: ${error instanceof Error ? error.message : error}`)
  await stop(1)
}
