import { randomBytes } from 'node:crypto'
import { FlorinError } from '@florin/core'
import { type Acquirer, type AcquirerOptions, type SandboxServer, sandbox, startSandboxServer } from '@florin/testkit'
import { urlHost } from '../../listen.ts'
import type { Settings } from '../../settings.ts'
import type { OpenGateway } from '../open-gateway.ts'
import { SANDBOX_CARDS } from './cards.ts'
import { lastingAcquirer } from './lasting-acquirer.ts'

/** The sandbox, and what is behind it where that runs here. */
export interface OpenSandbox extends OpenGateway {
  readonly here: { readonly server: SandboxServer; readonly acquirer: Acquirer } | null
}

const SHOWN = { name: 'sandbox', cards: SANDBOX_CARDS, webhooks: null, provesReversals: true } as const

interface SandboxParts {
  readonly settings: Pick<Settings, 'beside' | 'host' | 'sandbox'>
  readonly acquirer: AcquirerOptions
  /** Where this server takes an account's webhooks. */
  readonly webhookUrl: (account: string) => string
}

/**
 * Makes the sandbox gateway. Even where its acquirer runs in this process, Florin reaches it through a socket, with an API key and
 * signed webhooks, as it would a provider.
 */
export const openSandbox = async ({ settings, acquirer: options, webhookUrl }: SandboxParts): Promise<OpenSandbox> => {
  const { beside, host, sandbox: where } = settings
  if (where.run === 'elsewhere') {
    const { url, apiKey, webhookSecret } = where
    const gateway = sandbox({ baseUrl: url, apiKey, ...(webhookSecret !== undefined && { webhookSecret }) })
    return { ...SHOWN, gateway, url, here: null, notice: null, close: async () => {} }
  }
  const journal = beside === null ? null : `${beside}.sandbox.jsonl`
  const webhookSecret = randomBytes(32).toString('base64url')
  const lasting = lastingAcquirer(journal, { ...options, webhookSecret, accounts: { default: API_KEY } })
  try {
    const server = await start(host, where, lasting.acquirer, webhookUrl)
    const baseUrl = `http://${urlHost(host)}:${server.port}`
    return {
      ...SHOWN,
      gateway: sandbox({ baseUrl, apiKey: API_KEY, webhookSecret, allowHttp: true }), // plain, for it goes to ourselves
      url: baseUrl,
      here: { server, acquirer: lasting.acquirer },
      notice: lasting.notice,
      close: async () => {
        await server.close()
        lasting.close()
      },
    }
  } catch (error) {
    lasting.close()
    throw error
  }
}

const API_KEY = 'sandbox_default' // a constant, for the journal repeats it; there is nothing behind it to steal

const start = async (
  host: string,
  { port, publicUrl }: Extract<Settings['sandbox'], { run: 'here' }>,
  acquirer: Acquirer,
  webhookUrl: (account: string) => string,
): Promise<SandboxServer> => {
  try {
    const server = await startSandboxServer({ host, port, acquirer, webhookUrl })
    acquirer.setPublicUrl(publicUrl ?? `http://${urlHost(host)}:${server.port}`)
    return server
  } catch (cause) {
    if (port === 0) throw cause
    const message = `the sandbox gateway cannot listen on port ${port} of ${host}, is it taken? Choose another with SANDBOX_PORT, or leave it out`
    throw new FlorinError('configuration', message, { cause })
  }
}
