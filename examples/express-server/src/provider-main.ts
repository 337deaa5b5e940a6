import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { isFlorinError } from '@florin/core'
import { startAdyenDouble } from '@florin/testkit/adyen'
import { startStripeDouble } from '@florin/testkit/stripe'

const HELP = `npm run provider -- stripe|adyen [--port N] [--shop URL] [--json]

Runs a local double of a provider: it speaks the provider's protocol, moves money in books of its own, and sends signed
webhooks. Prints the environment with which the example server charges through it. Ctrl-C stops it; it remembers nothing.

  --port N    where it listens (4010 for stripe, 4020 for adyen; 0 for any free port)
  --shop URL  the example server, for webhooks (http://127.0.0.1:3000)
  --json      print the environment as one JSON object
  --help      this text`

interface Started {
  readonly url: string
  /** What the example server is to be started with. */
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

const MERCHANT_ACCOUNT = 'FlorinTestECOM'
const API_KEYS = { stripe: 'sk_test_florin', adyen: 'adyen_test_key' }

const startStripe = async (port: number, shop: string): Promise<Started> => {
  const webhookSecret = `whsec_${randomBytes(24).toString('hex')}`
  const webhookUrl = `${shop}/v1/webhooks/stripe/default`
  const accounts = { default: { apiKey: API_KEYS.stripe, webhookSecret } }
  const double = await startStripeDouble({ port, webhookUrl, accounts })
  const env = { STRIPE_API_KEY: API_KEYS.stripe, STRIPE_BASE_URL: double.url, STRIPE_WEBHOOK_SECRET: webhookSecret }
  return { url: double.url, env, close: () => double.close() }
}

const startAdyen = async (port: number, shop: string): Promise<Started> => {
  const webhookUrl = `${shop}/v1/webhooks/adyen/${MERCHANT_ACCOUNT}`
  const accounts = { [MERCHANT_ACCOUNT]: MERCHANT_ACCOUNT }
  const double = await startAdyenDouble({
    port,
    webhookUrl,
    accounts,
    apiKey: API_KEYS.adyen,
    modificationDelayMs: 500,
  })
  const { hmacKey, username, password } = double.webhook
  const env = {
    ADYEN_API_KEY: API_KEYS.adyen,
    ADYEN_MERCHANT_ACCOUNT: MERCHANT_ACCOUNT,
    ADYEN_BASE_URL: double.url,
    ADYEN_HMAC_KEY: hmacKey,
    ADYEN_WEBHOOK_USER: username,
    ADYEN_WEBHOOK_PASSWORD: password,
  }
  return { url: double.url, env, close: () => double.close() }
}

const PROVIDERS = { stripe: { start: startStripe, port: 4010 }, adyen: { start: startAdyen, port: 4020 } } as const

const misused = (message: string): never => {
  console.error(`${message}\n\n${HELP}`)
  process.exit(2)
}

const argumentsOf = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        shop: { type: 'string', default: 'http://127.0.0.1:3000' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    return misused((error as Error).message)
  }
}

const portOf = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return port <= 65_535 ? port : misused(`--port is '${text.slice(0, 20)}': give a whole number from 0 to 65535`)
}

const shopOf = (text: string): string => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '')
  return misused(`--shop is '${text.slice(0, 100)}': give a URL such as http://127.0.0.1:3000`)
}

const told = (name: string, { url, env }: Started): string =>
  [
    `The ${name} double is at ${url}. Start the example server with it, in another terminal:`,
    '',
    ...Object.entries(env).map(([variable, value]) => `  ${variable}=${value} \\`),
    '  npm start',
    '',
    'Ctrl-C stops it.',
  ].join('\n')

const main = async (): Promise<void> => {
  const { values, positionals } = argumentsOf()
  if (values.help) return console.log(HELP)
  const [name] = positionals
  if (name !== 'stripe' && name !== 'adyen') return misused(`which provider? '${name ?? ''}' is none: stripe or adyen`)
  const provider = PROVIDERS[name]
  const port = values.port === undefined ? provider.port : portOf(values.port)
  const started = await provider.start(port, shopOf(values.shop))
  console.log(values.json ? JSON.stringify(started.env) : told(name, started))
  const stop = (): void => void started.close().finally(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

main().catch((error: unknown) => {
  console.error(isFlorinError(error) ? `florin: ${error.message}` : error)
  process.exit(1)
})
