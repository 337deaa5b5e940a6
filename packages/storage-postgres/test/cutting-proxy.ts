import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** When a connection is cut: before the server gets to know of the commit, or when it has answered it. */
export type Cut = 'before' | 'after'

/** A `commit` as a simple query: type, length, text, end. */
const COMMIT = Buffer.from('Q\0\0\0\u000bcommit\0', 'latin1')

/** Stands between a storage and its server, and cuts the connection of the next commit when told so. */
export const cuttingProxy = async (url: string) => {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const state = { cut: undefined as Cut | undefined, cuts: 0 }
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let answering = false
    const end = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end).on('close', end)
    }
    client.on('data', (data: Buffer) => {
      if (state.cut !== undefined && data.includes(COMMIT)) {
        const cut = state.cut
        state.cut = undefined
        state.cuts += 1
        if (cut === 'before') return end()
        answering = true
      }
      upstream.write(data)
    })
    upstream.on('data', (data: Buffer) => {
      if (!answering) client.write(data)
      else if (data.includes('COMMIT\0')) end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    cutNext: (cut: Cut): void => {
      state.cut = cut
    },
    cuts: () => state.cuts,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
