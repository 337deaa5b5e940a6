import { stripe } from '@florin/adapters-stripe'
import { createFlorin } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'

const secret = (name: string): string => process.env[name] ?? ''

export const openShop = () =>
  createFlorin({
    storage: memoryStorage(),
    gateways: {
      stripe: stripe({
        mode: 'test',
        apiKey: secret('STRIPE_API_KEY'),
        webhookSecret: secret('STRIPE_WEBHOOK_SECRET'),
      }),
    },
  })
