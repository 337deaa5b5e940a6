import { adyen } from '@florin/adapters-adyen'
import { createFlorin } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'

const secret = (name: string): string => process.env[name] ?? ''

export const openShop = () =>
  createFlorin({
    storage: memoryStorage(),
    gateways: {
      adyen: adyen({
        environment: 'test',
        apiKey: secret('ADYEN_API_KEY'),
        merchantAccount: 'YourCompanyECOM',
        hmacKeys: [secret('ADYEN_HMAC_KEY')],
        webhookUser: 'florin',
        webhookPassword: secret('ADYEN_WEBHOOK_PASSWORD'),
      }),
    },
  })
