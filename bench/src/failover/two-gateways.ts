import { createServer, type Server, type Socket } from 'node:net'
import { createFlorin, ephemeralKeys, type Florin, type FlorinOptions, systemRuntime } from '@florin/core'
import type { Gateway } from '@florin/core/gateways'
import { memoryStorage } from '@florin/core/memory'
import { sandbox, startSandboxServer } from '@florin/testkit'

type Options = Omit<FlorinOptions, 'storage' | 'gateways' | 'keys' | 'routing'>

/** A shop with two gateways behind sockets, the first preferred; nothing is written to a disk, so that only the detour is measured. */
export interface Shop {
  readonly florin: Florin<'primary' | 'secondary'>
  /** How long one payment takes, in milliseconds, and how it was answered. */
  pay(gateway?: 'secondary'): Promise<{ readonly ms: number; readonly status: string }>
  close(): Promise<void>
}

const RULES = { rules: [{ id: 'primary-first', use: ['primary', 'secondary'] }] } as const

/** Two sandboxes; `primaryUrl` puts something else in the first one's place. */
export const openShop = async (primaryUrl: string | null, options: Options = {}): Promise<Shop> => {
  const servers = [await startSandboxServer({ port: 0 }), await startSandboxServer({ port: 0 })] as const
  const at = (baseUrl: string): Gateway => sandbox({ baseUrl, apiKey: 'sandbox_default' })
  const florin = await createFlorin({
    storage: memoryStorage(),
    keys: ephemeralKeys(systemRuntime().random),
    gateways: { primary: at(primaryUrl ?? servers[0].url), secondary: at(servers[1].url) },
    routing: RULES,
    onError: () => {},
    ...options,
  })
  let orders = 0
  return {
    florin,
    async pay(gateway) {
      orders += 1
      const start = performance.now()
      const { status } = await florin.payments.create({
        reference: `order-${orders}`,
        amount: '49.90',
        currency: 'EUR',
        method: { type: 'card', tokens: { primary: 'tok_approve', secondary: 'tok_approve' } },
        ...(gateway !== undefined && { gateway }),
      })
      return { ms: performance.now() - start, status }
    },
    async close() {
      await florin.close()
      for (const server of servers) await server.close()
    },
  }
}

const listening = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`)
    })
  })

/** An address where nobody listens: connections are refused. */
export const refusingUrl = async (): Promise<string> => {
  const server = createServer()
  const url = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return url
}

/** A host that takes connections and never says a word. */
export const hangingHost = async (): Promise<{ readonly url: string; close(): void }> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  const url = await listening(server)
  return {
    url,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
