import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answered, forward, readAll, resetOn, sendOn } from '../../proxy/forwarding.ts'
import type { SeenRequest, WireFault } from './wire-fault.ts'

/** Stands between an adapter and its provider's double, on a loopback port of its own, and does what it is told to the next requests. */
export interface FaultProxy {
  /** The provider's URL with the proxy's host and port. */
  readonly url: string
  /** Does this to one request: the next one, or the one after `skip` others. */
  arm(fault: WireFault, skip?: number): void
  /** Forgets every fault that has not struck. */
  disarm(): void
  /** Every request that came, oldest first, those that met a fault included. */
  readonly seen: readonly SeenRequest[]
  /** How many connections were opened to it. */
  connections(): number
  /** Resolves once nothing is on its way to the provider any more. */
  quiet(): Promise<void>
  close(): Promise<void>
}

/** The first half, and not in the middle of a character. */
const half = (body: Buffer): Buffer => Buffer.from(body.toString('utf8').slice(0, Math.floor(body.length / 2)))

const strike = (fault: WireFault, answered: Answered, response: ServerResponse): void => {
  switch (fault.how) {
    case 'reset_before':
    case 'reset_after':
      return resetOn(response)
    case 'cut_body':
      return sendOn(response, { ...answered, body: half(answered.body) }, answered.body.length + 1)
    case 'cut_text':
      return sendOn(response, { ...answered, body: half(answered.body) })
    case 'silence':
      return
    case 'forge': {
      const { status, headers = {}, body } = fault.answer
      return sendOn(response, { status, headers, body: Buffer.from(body) })
    }
  }
}

const NOTHING: Answered = { status: 0, headers: {}, body: Buffer.alloc(0) }

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

/** Starts a proxy in front of a provider's double. */
export const startFaultProxy = async (providerUrl: string): Promise<FaultProxy> => {
  const origin = new URL(providerUrl)
  const agent = new Agent({ keepAlive: true })
  const seen: SeenRequest[] = []
  const armed: { fault: WireFault; skip: number }[] = []
  const atWork = new Set<Promise<unknown>>()
  let connections = 0

  const take = (): WireFault | undefined => {
    const ready = armed.findIndex(({ skip }) => skip === 0)
    for (const each of armed) each.skip -= 1
    return ready < 0 ? undefined : armed.splice(ready, 1)[0]?.fault
  }
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readAll(incoming)
    const { method = 'GET', url: path = '/', headers } = incoming
    const asked: SeenRequest = { method, path, headers, body: body.toString('utf8') }
    seen.push(asked)
    const fault = take()
    const answered =
      fault?.how === 'reset_before' ? NOTHING : await forward(origin, agent, { method, path, headers, body })
    if (fault === undefined) sendOn(response, answered)
    else strike(fault, answered, response)
  }
  const server = createServer((incoming, response) => {
    const work = serve(incoming, response).catch(() => void response.destroy()) // as a proxy does when its provider is gone
    atWork.add(work)
    void work.finally(() => atWork.delete(work))
  })
  server.on('connection', () => {
    connections += 1
  })
  const port = await listen(server)
  const url = new URL(providerUrl)
  url.host = `127.0.0.1:${port}`
  return {
    url: url.toString().replace(/\/$/, ''),
    arm: (fault, skip = 0) => void armed.push({ fault, skip }),
    disarm: () => void armed.splice(0),
    seen,
    connections: () => connections,
    async quiet() {
      await Promise.all(atWork)
    },
    async close() {
      agent.destroy()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}
