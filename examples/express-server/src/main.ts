import { isFlorinError } from '@florin/core'
import { type Example, startExample } from './example.ts'
import { readSettings, type Settings } from './settings.ts'

const GIVE_UP_MS = 15_000 // a gateway call may take longer; recovery finds it at the next start

const greeting = ({ url, gateways }: Example, { db, shop }: Settings): string => {
  const lines = [
    `Florin is ready at ${url}`,
    '',
    shop ? `  shop page    ${url}/` : '  shop page    off (SHOP=on turns it on; everybody who sees it may refund)',
    `  API          ${url}/v1/payments   (Authorization: Bearer <key of API_KEYS>; by default 'demo')`,
    `  reference    ${url}/openapi.json`,
    ...gateways.open.flatMap(({ name, url: at, webhooks, cards }) => [
      `  gateway      ${name} at ${at}`,
      `  test card    ${cards[0]?.token}   (all of them: ${url}/shop/cards)`,
      ...(webhooks === null ? [] : [`  webhooks     ${webhooks}`]),
    ]),
    `  database     ${db}`,
    '',
    'Ctrl-C stops it; payments on their way are finished, or found again at the next start.',
  ]
  for (const { notice } of gateways.open) if (notice !== null) lines.push(`Note: ${notice}.`)
  return lines.join('\n')
}

const stopOn = (example: Example): void => {
  let stopping = false
  const stop = (): void => {
    if (stopping) process.exit(130) // asked twice: at once; nothing is lost, only resolved later
    stopping = true
    console.log('\nStopping …')
    setTimeout(() => {
      console.log('A gateway call is still open; recovery resolves it at the next start.')
      process.exit(0)
    }, GIVE_UP_MS).unref()
    example.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

const fail = (error: unknown): never => {
  if (isFlorinError(error)) console.error(`florin: ${error.message}`)
  else console.error(error)
  process.exit(1)
}

try {
  const settings = readSettings(process.env, process.cwd())
  const example = await startExample(settings, {
    onError: (error) => console.error(`florin: in the background: ${isFlorinError(error) ? error.message : error}`),
  })
  stopOn(example)
  console.log(greeting(example, settings))
  process.send?.({ ready: example.url })
} catch (error) {
  fail(error)
}
