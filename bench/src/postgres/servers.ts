import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRuntime, verifyStorage } from '@florin/core'
import { scheduleOp } from '@florin/core/storage'
import { postgres } from '@florin/storage-postgres'
import { type BenchResult, resultOf } from '../storage/result.ts'
import { alternate, type Turns } from './alternate.ts'
import { allSealed } from './florin-side.ts'
import type { BenchServer } from './server.ts'
import { ServerProcess } from './server-process.ts'

export interface ServersSettings extends Turns {
  readonly servers: number
  /** In flight at each server. */
  readonly inFlight: readonly number[]
  /** Payments a run, over all servers. */
  readonly payments: number
  /** Orders that all servers pay for at once, and jobs that they share. */
  readonly shared: number
}

/** Several server processes on one schema. */
class Servers {
  readonly #processes: readonly ServerProcess[]
  readonly #storage: ReturnType<typeof postgres>
  readonly schema: string
  readonly #server: BenchServer
  #paid = 0

  private constructor(server: BenchServer, schema: string, processes: readonly ServerProcess[]) {
    this.#server = server
    this.schema = schema
    this.#processes = processes
    this.#storage = postgres({ url: server.url, schema })
  }

  static async start(server: BenchServer, count: number, keyFile: string): Promise<Servers> {
    const schema = await server.schema()
    const processes: ServerProcess[] = []
    try {
      for (let number = 0; number < count; number++) {
        processes.push(await ServerProcess.start({ url: server.url, schema, keyFile, number }))
      }
    } catch (error) {
      for (const one of processes) one.kill()
      throw error
    }
    return new Servers(server, schema, processes)
  }

  /** Payments a second of all servers together, until the last event had its position. */
  async rate(payments: number, inFlight: number): Promise<number> {
    const count = Math.ceil(payments / this.#processes.length)
    const start = performance.now()
    await this.#all({ do: 'pay', count, inFlight })
    await allSealed(this.#storage)
    this.#paid += count * this.#processes.length
    return (count * this.#processes.length) / ((performance.now() - start) / 1_000)
  }

  /** Every server pays for the same orders at once: each is paid once, and all hear of the same payment. */
  async payShared(orders: number): Promise<void> {
    const references = Array.from({ length: orders }, (_, n) => `shared-${n}`)
    const heard = await this.#all({ do: 'shared', references })
    for (const ids of heard) {
      if (ids.some((id, n) => id !== heard[0]?.[n])) throw new Error('two servers paid one order twice')
    }
    this.#paid += orders
  }

  /** Every server runs the jobs of one queue: each job is run by one. */
  async runJobs(count: number): Promise<void> {
    const { ids, clock } = systemRuntime()
    const at = clock.now()
    const effects = Array.from({ length: count }, (_, n) => {
      const base = { id: ids.make('job'), queue: 'bench', key: `job-${n}`, merchant: 'mer_1' }
      return scheduleOp({ ...base, payload: {}, due: at - 1_000, token: null, tries: 0 })
    })
    await this.#storage.commit({ id: ids.make('bat'), at, changes: [{ guards: [], effects }] })
    const ran = (await this.#all({ do: 'jobs', queue: 'bench' })).flat()
    if (new Set(ran).size !== ran.length) throw new Error('two servers ran one job')
    if (ran.length !== count) throw new Error(`${ran.length} of ${count} jobs ran`)
  }

  /** Nothing was lost, and nothing happened twice: every payment succeeded with one capture, and books and chain hold. */
  async check(): Promise<void> {
    await allSealed(this.#storage)
    const [row] = await this.#server.query(
      `select (select count(*) from "${this.schema}".payments where status = 'succeeded' and captured = amount)::int as paid,
        (select count(*) from "${this.schema}".payments)::int as payments,
        (select count(*) from "${this.schema}".attempts where kind = 'capture' and state = 'applied')::int as captures`,
    )
    if (row?.paid !== this.#paid || row.payments !== this.#paid || row.captures !== this.#paid) {
      throw new Error(`${this.#paid} payments were made, and there are ${JSON.stringify(row)}`)
    }
    const report = await verifyStorage(this.#storage)
    if (!report.ok) throw new Error(`what the servers wrote does not verify: ${JSON.stringify(report)}`)
  }

  kill(): void {
    for (const one of this.#processes) one.kill()
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((one) => one.end()))
    await this.#storage.close()
    await this.#server.drop(this.schema)
  }

  #all(ask: Parameters<ServerProcess['ask']>[0]): Promise<readonly (readonly string[])[]> {
    return Promise.all(this.#processes.map((one) => one.ask(ask)))
  }
}

/** Several server processes on one database beside one, and what they did checked. */
export async function* serversPart(server: BenchServer, settings: ServersSettings): AsyncIterable<BenchResult> {
  const { servers, inFlight, payments, shared } = settings
  const folder = mkdtempSync(join(tmpdir(), 'florin-bench-'))
  const running: Servers[] = []
  try {
    const many = await Servers.start(server, servers, join(folder, 'keys.json'))
    running.push(many)
    const one = await Servers.start(server, 1, join(folder, 'keys.json'))
    running.push(one)
    for (const n of inFlight) {
      await many.rate(payments / 4, n)
      await one.rate(payments / 4, n)
      await server.settle(many.schema, one.schema)
      const name = `${servers} servers with ${n} in flight each, beside one`
      const value = (): Promise<number> => many.rate(payments, n)
      const pairs = await alternate(settings, name, value, () => one.rate(payments, n))
      yield resultOf({ suite: 'postgres', case: name, unit: 'payments/s' }, pairs)
    }
    await many.payShared(shared)
    await many.runJobs(shared)
    for (const each of [many, one]) await each.check()
    for (const each of running.splice(0)) await each.close()
  } finally {
    for (const each of running) each.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}
