import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { systemRuntime } from '@florin/core'
import { append, CATALOGUE, type Change, type Column, claim, createCommitter, type Storage } from '@florin/core/storage'

const table = (name: string) => {
  const found = CATALOGUE.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no table '${name}'`)
  return found
}

const SEALED = new Uint8Array(200) // about what a request comes to
const MERCHANT = 'mer_default'
const EXPIRY_MS = 86_400_000

/** What a column has that does not matter here. */
const plain = ({ kind, nullable, oneOf }: Column): unknown => {
  if (nullable) return null
  if (oneOf !== undefined) return oneOf[0]
  if (kind === 'minor') return 0n
  if (kind === 'count' || kind === 'instant') return 0
  if (kind === 'flag') return false
  return kind === 'json' ? {} : kind === 'text' || kind === 'id' ? '' : SEALED
}

const whole = (of: ReturnType<typeof table>, row: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(of.columns as Readonly<Record<string, Column>>).map(([name, column]) => [
      name,
      name in row ? row[name] : plain(column),
    ]),
  ) as never

/** A captured sale: its payment and its attempt, as they are stored, but for what is sealed. */
const saleOf = (id: string, attempt: string, reference: string, at: number): Change => {
  const money = { amount: 4_990n, currency: 'EUR' }
  const method = { type: 'card', network: null, country: null, bin: null, funding: null }
  const counters = {
    authorized: 4_990n,
    captured: 4_990n,
    capturePending: 0n,
    released: 0n,
    refunded: 0n,
    refundPending: 0n,
  }
  const payments = table('payments')
  const attempts = table('attempts')
  const payment = whole(payments, {
    ...money,
    ...counters,
    merchant: MERCHANT,
    id,
    reference,
    round: 1,
    capture: 'automatic',
    createdAt: at,
    expiresAt: at + EXPIRY_MS,
    status: 'succeeded',
    method,
    updatedAt: at,
    version: 3,
  })
  const made = whole(attempts, {
    ...money,
    merchant: MERCHANT,
    payment: id,
    id: attempt,
    kind: 'sale',
    origin: 'florin',
    gateway: 'zero',
    account: 'main',
    final: true,
    createdAt: at,
    state: 'applied',
    request: SEALED,
    gatewayId: `zg_${reference}`,
    applied: 4_990n,
    tries: 1,
    updatedAt: at,
    version: 2,
  })
  return {
    guards: [claim(payments as Parameters<typeof claim>[0], payment)],
    effects: [append(attempts as Parameters<typeof append>[0], made)],
  }
}

const AT_ONCE = 2_048

/** The columns of the file. */
export const HEADER = 'id,attempt,gross,fee,at,batch'
const LINES_A_BATCH = 5_000

/** Stores so many captured sales, and writes the file of a gateway that has all of them, in the order of time. */
export const seed = async (
  storage: Storage,
  path: string,
  count: number,
  onProgress: (what: string) => void,
): Promise<void> => {
  const runtime = systemRuntime()
  const committer = createCommitter({ storage, runtime })
  const file = createWriteStream(path)
  file.write(`${HEADER}\n`)
  for (let done = 0; done < count; done += AT_ONCE) {
    const lines: string[] = []
    const commits = Array.from({ length: Math.min(AT_ONCE, count - done) }, (_, index) => {
      const number = done + index
      const [id, attempt] = [runtime.ids.make('pay'), runtime.ids.make('att')]
      const at = Date.now()
      lines.push(`txn_${number},${attempt},49.90,0.85,${at},po_${Math.floor(number / LINES_A_BATCH)}\n`)
      return committer.commit(saleOf(id, attempt, `order-${number}`, at), { lane: 'outcome', merchant: MERCHANT })
    })
    await Promise.all(commits)
    if (!file.write(lines.join(''))) await once(file, 'drain')
    if (done % (AT_ONCE * 25) === 0) onProgress(`reconciliation: ${done} of ${count} payments stored`)
  }
  file.end()
  await once(file, 'finish')
  await committer.close()
}
