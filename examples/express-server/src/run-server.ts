import { isFlorinError } from '@florin/core'
import { type Example, startExample } from './example.ts'
import { describeStorage } from './open-storage.ts'
import { readSettings, type Settings } from './settings.ts'
import { stopWithParent } from './stop-with-parent.ts'

const GIVE_UP_MS = 15_000 // a gateway call may take longer; recovery finds it at the next start

/** What ends with the server, such as a database of its own. */
export interface Companion {
  /** What it has to say in the greeting. */
  readonly says: readonly string[]
  stop(): Promise<void>
}

const ALONE: Companion = { says: [], stop: async () => {} }

const greeting = ({ url, gateways }: Example, settings: Settings, { says }: Companion): string => {
  const lines = [
    `Florin is ready at ${url}`,
    '',
    settings.shop
      ? `  shop page    ${url}/`
      : '  shop page    off (SHOP=on turns it on; everybody who sees it may refund)',
    `  API          ${url}/v1/payments   (Authorization: Bearer <key of API_KEYS>; by default 'demo')`,
    `  reference    ${url}/openapi.json`,
    ...gateways.open.flatMap(({ name, url: at, webhooks, cards }) => [
      `  gateway      ${name} at ${at}`,
      `  test card    ${cards[0]?.token}   (all of them: ${url}/shop/cards)`,
      ...(webhooks === null ? [] : [`  webhooks     ${webhooks}`]),
    ]),
    `  database     ${describeStorage(settings)}`,
    ...says.map((line) => `               ${line}`),
    '',
    'Ctrl-C stops it; payments on their way are finished, or found again at the next start.',
  ]
  for (const { notice } of gateways.open) if (notice !== null) lines.push(`Note: ${notice}.`)
  return lines.join('\n')
}

const stopOn = (example: Example, companion: Companion): void => {
  let stopping = false
  const end = async (code: number): Promise<void> => {
    await companion.stop()
    process.exit(code)
  }
  const stop = (): void => {
    if (stopping) process.exit(130) // asked twice: at once; nothing is lost, only resolved later
    stopping = true
    console.log('\nStopping …')
    setTimeout(() => {
      console.log('A gateway call is still open; recovery resolves it at the next start.')
      end(0).catch(fail)
    }, GIVE_UP_MS).unref()
    example
      .close()
      .then(() => end(0))
      .catch(fail)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  stopWithParent(stop, process.env)
}

/** Says what went wrong, and ends the process with code 1. */
export const fail = (error: unknown): never => {
  if (isFlorinError(error)) console.error(`florin: ${error.message}`)
  else console.error(error)
  process.exit(1)
}

/** The example as a program: starts it as the environment says, greets, and stops on a signal. What it cannot do ends the process. */
export const runServer = async (env: NodeJS.ProcessEnv, companion: Companion = ALONE): Promise<void> => {
  try {
    const settings = readSettings(env, process.cwd())
    const example = await startExample(settings, {
      onError: (error) => console.error(`florin: in the background: ${isFlorinError(error) ? error.message : error}`),
    })
    stopOn(example, companion)
    console.log(greeting(example, settings, companion))
    process.send?.({ ready: example.url })
  } catch (error) {
    await companion.stop()
    fail(error)
  }
}
