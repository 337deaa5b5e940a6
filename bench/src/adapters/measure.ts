import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Provider, Side, SideReport } from './side.ts'

const CONDITION = '--conditions=@florin/source'
const mainOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** What a side is asked to do. */
export interface Work {
  readonly provider: Provider
  readonly side: Side
  readonly url: string
  readonly inFlight: number
  readonly payments: number
  /** Payments before the clock starts, for the compiler and the sockets. */
  readonly warmUp: number
}

const messageOf = async <T>(child: ReturnType<typeof fork>, what: string): Promise<T> => {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${what} ended with ${code} before it had said anything`)
  })
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [T]
  return message
}

/** The provider's double in a process of its own, so that its work is not counted as the client's. */
export const startStub = async (provider: Provider): Promise<{ readonly url: string; stop(): void }> => {
  const child = fork(mainOf('stub-main.ts'), [provider], { execArgv: [CONDITION] })
  const { url } = await messageOf<{ url: string }>(child, `the ${provider} double`)
  return { url, stop: () => void child.kill() }
}

/** One side's payments in a new process, from what is published (`dist`): nothing of the other side is loaded in it. */
export const measureSide = async (work: Work): Promise<SideReport> => {
  const child = fork(mainOf('side-main.ts'), [JSON.stringify(work)], { execArgv: [] })
  return messageOf<SideReport>(child, `the ${work.side} side of ${work.provider}`)
}
