import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a server process is told, on its command line. */
export interface ServerTerms {
  readonly url: string
  readonly schema: string
  readonly keyFile: string
  /** Which of the servers it is: part of its orders' references. */
  readonly number: number
}

/** What a server process is asked. */
export type Ask =
  | { readonly do: 'pay'; readonly count: number; readonly inFlight: number }
  /** Pays for orders that every server is asked to pay for. */
  | { readonly do: 'shared'; readonly references: readonly string[] }
  /** Runs the jobs of a queue until there are none. */
  | { readonly do: 'jobs'; readonly queue: string }
  | { readonly do: 'end' }

/** What it answers: ids of payments, or of the jobs that it ran. */
export interface Answer {
  readonly ids: readonly string[]
  readonly error?: string
}

/** One process with Florin in it, asked one thing at a time. */
export class ServerProcess {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(terms: ServerTerms): Promise<ServerProcess> {
    const child = fork(fileURLToPath(new URL('server-main.ts', import.meta.url)), [JSON.stringify(terms)], {
      execArgv: ['--conditions=@florin/source'],
    })
    const server = new ServerProcess(child)
    await server.#answer()
    return server
  }

  async ask(ask: Ask): Promise<readonly string[]> {
    const answer = this.#answer()
    this.#child.send(ask)
    const { ids, error } = await answer
    if (error !== undefined) throw new Error(`a server of the bench failed: ${error}`)
    return ids
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.send({ do: 'end' } satisfies Ask)
    await ended
  }

  /** For a bench that failed: nothing of it stays behind. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const left = (code: number | null): void => reject(new Error(`a server of the bench ended with ${code}`))
      this.#child.once('exit', left)
      this.#child.once('message', (answer) => {
        this.#child.off('exit', left)
        resolve(answer as Answer)
      })
    })
  }
}
