import { randomBytes } from 'node:crypto'
import { isFlorinError } from '@florin/core'
import { startAdyenDouble } from '@florin/testkit/adyen'
import { startStripeDouble } from '@florin/testkit/stripe'
import { HELP, type ProviderCommand, placeOf, readProviderCommand } from './provider/command.ts'
import { WrongCommand } from './wrong-command.ts'

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

const START = { stripe: startStripe, adyen: startAdyen } as const

const told = ({ provider, shop }: ProviderCommand, { url, env }: Started): string =>
  [
    `The ${provider} double is at ${url}. Start the example server with it, in another terminal:`,
    '',
    ...Object.entries({ ...env, ...placeOf(shop) }).map(([variable, value]) => `  ${variable}=${value} \\`),
    '  npm start',
    '',
    'Ctrl-C stops it.',
  ].join('\n')

const main = async (): Promise<void> => {
  const command = readProviderCommand(process.argv.slice(2))
  if (command === 'help') return console.log(HELP)
  const started = await START[command.provider](command.port, command.shop)
  const stop = (): void => void started.close().finally(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  console.log(command.json ? JSON.stringify(started.env) : told(command, started))
}

/** A double refuses nothing but its port that a command line can give. */
const explained = (error: unknown): unknown =>
  isFlorinError(error) ? `florin: ${error.message} Choose another with --port N, 0 for any` : error

main().catch((error: unknown) => {
  const wrong = error instanceof WrongCommand
  console.error(wrong ? `${error.message}\n\n${HELP}` : explained(error))
  process.exit(wrong ? 2 : 1)
})
