import { httpTransport } from '@florin/transport'

const keys: Readonly<Record<string, string | undefined>> = { eu: process.env.EU_KEY, us: process.env.US_KEY }

export const transport = httpTransport({
  baseUrl: { eu: 'https://eu.gateway.example/v1', us: 'https://us.gateway.example/v1' },
  credentials: (account) => ({ authorization: `Bearer ${keys[account]}` }),
  onExchange: (exchange) => {
    console.log(JSON.stringify(exchange))
    if (exchange.outcome !== 'answered') console.log(exchange.request().body)
  },
})
