import { connect } from 'node:net'
import { createServer } from 'node:tls'
import { startAdyenDouble } from '@florin/testkit/adyen'
import { startStripeDouble } from '@florin/testkit/stripe'
import { CERTIFICATE, PRIVATE_KEY } from './certificate.ts'
import { ADYEN_ACCOUNT, ADYEN_KEY, STRIPE_KEY } from './terms.ts'

const startDouble = async (provider: string | undefined) =>
  provider === 'stripe'
    ? startStripeDouble({ accounts: { default: { apiKey: STRIPE_KEY } }, events: false, remember: 1_000 })
    : startAdyenDouble({ apiKey: ADYEN_KEY, accounts: { default: ADYEN_ACCOUNT }, remember: 1_000 })

/** TLS in front of the double, as a provider has: its cost is a large part of a call's, and one of the clients knows nothing else. */
const start = async (): Promise<string> => {
  const { port, pathname } = new URL((await startDouble(process.argv[2])).url)
  const server = createServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (socket) => {
    const inner = connect(Number(port), '127.0.0.1')
    inner.setNoDelay(true)
    socket.setNoDelay(true)
    for (const [from, to] of [
      [socket, inner],
      [inner, socket],
    ] as const)
      from.on('error', () => to.destroy()).pipe(to)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stub has no port')
  return `https://localhost:${address.port}${pathname.replace(/\/$/, '')}`
}

start().then(
  (url) => process.send?.({ url }),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
