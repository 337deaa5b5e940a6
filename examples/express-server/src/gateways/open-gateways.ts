import type { AcquirerOptions } from '@florin/testkit'
import type { Settings } from '../settings.ts'
import { openAdyen } from './adyen.ts'
import type { OpenGateway } from './open-gateway.ts'
import { type OpenSandbox, openSandbox } from './sandbox/open-sandbox.ts'
import type { ShopAddress } from './shop-address.ts'
import { openStripe } from './stripe.ts'

/** What the example sells through. */
export interface OpenGateways {
  /** The first is the default. */
  readonly open: readonly OpenGateway[]
  /** The sandbox, where no provider is configured. */
  readonly sandbox: OpenSandbox | null
  close(): Promise<void>
}

interface GatewayParts {
  readonly settings: Pick<Settings, 'beside' | 'host' | 'sandbox' | 'providers'>
  readonly acquirer: AcquirerOptions
  readonly shop: ShopAddress
}

/** Makes the gateways of the providers that have keys, or the sandbox. Throws `configuration`. */
export const openGateways = async ({ settings, acquirer, shop }: GatewayParts): Promise<OpenGateways> => {
  const { stripe, adyen } = settings.providers
  const open = [stripe && openStripe(stripe, shop), adyen && openAdyen(adyen, shop)].filter((one) => one !== undefined)
  if (open.length > 0) {
    const close = async (): Promise<void> => {
      for (const one of open) await one.close()
    }
    return { open, sandbox: null, close }
  }
  const sandbox = await openSandbox({
    settings,
    acquirer,
    webhookUrl: (account) => shop.webhookUrl('sandbox', account),
  })
  return { open: [sandbox], sandbox, close: () => sandbox.close() }
}
