import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FlorinError } from '@florin/core'
import { isLoopback } from './settings.ts'

/** A port that is ours, with whatever answers on it at the moment. */
export interface Listening {
  readonly port: number
  readonly url: string
  /** From now on this answers. */
  answerWith(listener: RequestListener): void
  /** Takes no more connections and resolves when the last answer has left, or `patienceMs` later. */
  close(patienceMs: number): Promise<void>
}

const REMEDIES: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) =>
    `port ${port} on ${host} is taken by another program: end that, or choose another port with PORT=${port < 65_535 ? port + 1 : 3000}`,
  EACCES: (host, port) =>
    `port ${port} on ${host} needs more rights than this user has: choose one above 1023 with PORT=3000`,
  EADDRNOTAVAIL: (host) => `HOST is '${host}', which is no address of this machine: leave it out, or give one that is`,
  ENOTFOUND: (host) => `HOST is '${host}', which has no address: leave it out, or give an address of this machine`,
}

const refused = (error: NodeJS.ErrnoException, host: string, port: number): FlorinError => {
  const remedy = REMEDIES[error.code ?? '']
  const message = remedy?.(host, port) ?? `cannot listen on ${host}:${port} (${error.code ?? error.message})`
  return new FlorinError('configuration', message, { cause: error })
}

const IDLE_MS = 20

const bind = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(refused(error, host, port))
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      resolve((server.address() as AddressInfo).port)
    })
  })

const starting: RequestListener = (_, response) => {
  response.writeHead(503, { 'retry-after': '1' }).end()
}

const everywhere = (host: string): boolean => host === '0.0.0.0' || host === '::'

/** How a browser on this machine writes a host. */
export const urlHost = (host: string): string => {
  if (everywhere(host)) return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** Takes the port before anything else is opened, so that a second start fails without having touched a file. */
export const listen = async (host: string, port: number): Promise<Listening> => {
  let current: RequestListener = starting
  const server = createServer((request, response) => current(request, response))
  const taken = await bind(server, host, port)
  return {
    port: taken,
    url: `http://${urlHost(host)}:${taken}`,
    answerWith(listener) {
      current = listener
    },
    close(patienceMs) {
      return new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), patienceMs)
        const idle = setInterval(() => server.closeIdleConnections(), IDLE_MS) // also those that fall idle from now on
        server.close(() => {
          clearTimeout(cut)
          clearInterval(idle)
          resolve()
        })
        server.closeIdleConnections()
      })
    },
  }
}

/** The host names under which a browser may ask for the shop; null where any will do. */
export const ownNames = (host: string): ReadonlySet<string> | null => {
  if (everywhere(host)) return null
  return new Set(isLoopback(host) ? ['127.0.0.1', 'localhost', '[::1]'] : [urlHost(host).toLowerCase()])
}
