import { randomBytes } from 'node:crypto'
import { type ProviderDouble, type ProviderFront, startProviderFront } from '@florin/testkit'
import { startAdyenDouble } from '@florin/testkit/adyen'
import { startStripeDouble } from '@florin/testkit/stripe'
import { lockFile } from '../gateways/sandbox/lock.ts'
import type { ProviderCommand } from './command.ts'

/** A double that runs, behind the front that can be in trouble. */
export interface StartedProvider {
  readonly front: ProviderFront
  readonly double: ProviderDouble
  /** What the example server is to be started with. */
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

interface Made {
  readonly double: ProviderDouble
  envAt(url: string): Readonly<Record<string, string>>
}

type Wanted = Pick<ProviderCommand, 'shop' | 'journal'>

const MERCHANT_ACCOUNT = 'FlorinTestECOM'
const API_KEYS = { stripe: 'sk_test_florin', adyen: 'adyen_test_key' }
const DECIDES_AFTER_MS = 500 // Adyen decides captures, cancels and refunds after it has received them

const makeStripe = async ({ shop, journal }: Wanted): Promise<Made> => {
  const webhookUrl = `${shop}/v1/webhooks/stripe/default`
  // With a journal the secret comes from there, so that it is the same one after a restart.
  const secret = journal === undefined && { webhookSecret: `whsec_${randomBytes(24).toString('hex')}` }
  const accounts = { default: { apiKey: API_KEYS.stripe, ...secret } }
  const double = await startStripeDouble({ webhookUrl, accounts, ...(journal !== undefined && { journal }) })
  const envAt = (url: string) => ({
    STRIPE_API_KEY: API_KEYS.stripe,
    STRIPE_BASE_URL: url,
    STRIPE_WEBHOOK_SECRET: double.webhookSecret(),
  })
  return { double, envAt }
}

const makeAdyen = async ({ shop, journal }: Wanted): Promise<Made> => {
  const double = await startAdyenDouble({
    webhookUrl: `${shop}/v1/webhooks/adyen/${MERCHANT_ACCOUNT}`,
    accounts: { [MERCHANT_ACCOUNT]: MERCHANT_ACCOUNT },
    apiKey: API_KEYS.adyen,
    modificationDelayMs: DECIDES_AFTER_MS,
    ...(journal !== undefined && { journal }),
  })
  const { hmacKey, username, password } = double.webhook
  const envAt = (url: string) => ({
    ADYEN_API_KEY: API_KEYS.adyen,
    ADYEN_MERCHANT_ACCOUNT: MERCHANT_ACCOUNT,
    ADYEN_BASE_URL: url,
    ADYEN_HMAC_KEY: hmacKey,
    ADYEN_WEBHOOK_USER: username,
    ADYEN_WEBHOOK_PASSWORD: password,
  })
  return { double, envAt }
}

const MAKE = { stripe: makeStripe, adyen: makeAdyen } as const

/** Starts a provider's double on a port of its own, and the front before it on the port of the command. Rejects with `configuration`. */
export const startProvider = async (command: ProviderCommand): Promise<StartedProvider> => {
  const { provider, port, journal } = command
  const unlock =
    journal === undefined ? () => {} : lockFile(journal, 'end it, or give this one another file with --journal')
  try {
    const { double, envAt } = await MAKE[provider](command)
    try {
      const front = await startProviderFront(double.url, { port })
      const close = async (): Promise<void> => {
        await front.close()
        await double.close()
        unlock()
      }
      return { front, double, env: envAt(front.url), close }
    } catch (error) {
      await double.close()
      throw error
    }
  } catch (error) {
    unlock()
    throw error
  }
}
