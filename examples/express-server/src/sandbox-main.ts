import { isFlorinError } from '@florin/core'
import { startSandboxServer } from '@florin/testkit'
import { given, url, whole } from './environment.ts'
import { lastingAcquirer } from './gateways/sandbox/lasting-acquirer.ts'

/*
 * The sandbox gateway as a program of its own, for an example server that is started with SANDBOX_URL. Reads SANDBOX_PORT (4000),
 * SANDBOX_API_KEY, SANDBOX_JOURNAL (a file that keeps its charges; without it they end with the process), and, for webhooks,
 * SANDBOX_WEBHOOK_URL (http://127.0.0.1:3000/v1/webhooks/sandbox/default) with SANDBOX_WEBHOOK_SECRET, which the example needs too.
 */
const DEFAULT_PORT = 4000
const { env } = process

try {
  const webhookUrl = url(env, 'SANDBOX_WEBHOOK_URL')
  const webhookSecret = given(env, 'SANDBOX_WEBHOOK_SECRET')
  const slowMs = whole(env, 'SANDBOX_SLOW_MS', 1, 600_000)
  const pendingMs = whole(env, 'SANDBOX_PENDING_MS', 1, 600_000)
  const { acquirer, notice, close } = lastingAcquirer(given(env, 'SANDBOX_JOURNAL') ?? null, {
    accounts: { default: given(env, 'SANDBOX_API_KEY') ?? 'sandbox_default' },
    ...(webhookSecret !== undefined && { webhookSecret }),
    ...(slowMs !== undefined && { slowMs }),
    ...(pendingMs !== undefined && { pendingMs }),
  })
  const server = await startSandboxServer({
    port: whole(env, 'SANDBOX_PORT', 0, 65_535) ?? DEFAULT_PORT,
    acquirer,
    ...(webhookUrl !== undefined && { webhookUrl }),
  })
  const stop = (): void => {
    server
      .close()
      .then(close)
      .finally(() => process.exit(0))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  if (notice !== null) console.log(`Note: ${notice}.`)
  console.log(`The sandbox gateway is at ${server.url}; start the example with SANDBOX_URL=${server.url}`)
} catch (error) {
  console.error(isFlorinError(error) ? `florin: ${error.message}` : error)
  process.exit(1)
}
