import { type Florin, isFlorinError, localKeys } from '@florin/core'
import { finish, type Storage } from '@florin/core/storage'
import { postgres } from '@florin/storage-postgres'
import { benchFlorin, payFor, workRate } from '../payments/florin-run.ts'
import { zeroGateway } from '../payments/zero-gateway.ts'
import type { Answer, Ask, ServerTerms } from './server-process.ts'

// One server of several on one database; `ServerProcess` starts it and asks.

const terms = JSON.parse(process.argv[2] ?? '{}') as ServerTerms
const storage = postgres({ url: terms.url, schema: terms.schema })
const florin: Florin<'zero'> = await benchFlorin(storage, zeroGateway(), localKeys({ file: terms.keyFile }))
florin.start()

let orders = 0

const payMany = async (count: number, inFlight: number): Promise<readonly string[]> => {
  const ids: string[] = []
  await workRate(count, inFlight, async () => {
    const reference = `order-${terms.number}-${++orders}`
    ids.push(await payFor(florin, reference, `key-${reference}`))
  })
  return ids
}

const AGAIN_MS = 20

/** Pays as a client that retries: another server may be at the very payment. */
const payShared = async (reference: string): Promise<string> => {
  for (;;) {
    try {
      return await payFor(florin, reference, `key-${reference}`)
    } catch (error) {
      if (!isFlorinError(error, 'idempotency_in_progress')) throw error
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }
}

const LEASE = { limit: 20, leaseMs: 60_000 }

/** Leases and finishes until there is nothing to lease, and names what it ran. */
const runJobs = async (from: Storage, queue: string): Promise<readonly string[]> => {
  const ran: string[] = []
  for (let turn = 0; ; turn++) {
    const token = `server-${terms.number}-${turn}`
    const jobs = await from.lease([queue], { ...LEASE, now: Date.now(), token })
    if (jobs.length === 0) return ran
    const changes = jobs.map(({ id }) => ({ guards: [finish({ id, token })], effects: [] }))
    const outcomes = await from.commit({ id: `bat_${queue}_${token}`, at: Date.now(), changes })
    if (outcomes.some(({ committed }) => !committed)) throw new Error('a leased job was not ours to finish')
    ran.push(...jobs.map(({ id }) => id))
  }
}

const answerTo = async (ask: Ask): Promise<readonly string[]> => {
  if (ask.do === 'pay') return payMany(ask.count, ask.inFlight)
  if (ask.do === 'shared') return Promise.all(ask.references.map(payShared))
  if (ask.do === 'jobs') return runJobs(storage, ask.queue)
  return []
}

const say = (answer: Answer): void => void process.send?.(answer)

process.on('message', async (ask: Ask) => {
  if (ask.do === 'end') {
    await florin.close()
    process.disconnect()
    return
  }
  try {
    say({ ids: await answerTo(ask) })
  } catch (error) {
    say({ ids: [], error: String(error) })
  }
})
say({ ids: [] })
