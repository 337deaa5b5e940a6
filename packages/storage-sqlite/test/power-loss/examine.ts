import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createFlorin, type Florin, localKeys, parseAmount } from '@florin/core'
import { sqlite } from '@florin/storage-sqlite'
import { createAcquirer, sandbox } from '@florin/testkit'
import type { Files } from './disk.ts'
import { writeFiles } from './life.ts'
import { DATABASE, type Told } from './told.ts'

/** What a disk is worth after a power cut. */
export interface Examination {
  /** Payments that callers had been told of and that are not there any more, or with less than was told. */
  readonly lost: readonly string[]
  /** The file cannot be opened, books that do not balance, a chain that is broken, money that cannot be taken. */
  readonly broken: readonly string[]
}

const compare = async ({ payments }: Florin, told: Told): Promise<string[]> => {
  const now = await payments.get(told.id).catch((error: unknown) => String(error))
  if (typeof now === 'string') return [`${told.key}: was told as ${told.id}: ${now}`]
  const less = (what: 'captured' | 'refunded'): boolean =>
    parseAmount(now[what], now.currency) < parseAmount(told[what], now.currency)
  const same = now.status === told.status && !less('captured') && !less('refunded')
  return same ? [] : [`${told.key}: was told ${JSON.stringify(told)} and is ${now.status}, ${now.captured} captured`]
}

const payAgain = async (florin: Florin, charges: () => number): Promise<string[]> => {
  const before = charges()
  const order = { reference: 'after the cut', amount: '1.00', currency: 'EUR' }
  const { status } = await florin.payments.create({ ...order, method: { type: 'card', token: 'tok_approve' } })
  return status === 'succeeded' && charges() === before + 1 ? [] : [`a new payment is ${status} after the cut`]
}

const verify = async (florin: Florin): Promise<string[]> => {
  const { ok, chain, ledger, payments } = await florin.verify()
  if (ok) return []
  return [...chain.problems, ...ledger.problems, ...payments.problems].map((problem) => JSON.stringify(problem))
}

/** Opens the files as after a reboot, in `folder`, and compares with what callers had been told. */
export const examine = async (
  folder: string,
  keys: string,
  files: Files,
  told: Iterable<Told>,
): Promise<Examination> => {
  rmSync(folder, { recursive: true, force: true })
  writeFiles(folder, files)
  const acquirer = createAcquirer()
  const lost: string[] = []
  let florin: Florin | undefined
  try {
    const storage = sqlite({ file: join(folder, DATABASE), integrityCheck: 'full' })
    florin = await createFlorin({
      storage,
      keys: localKeys({ file: keys }),
      gateways: { sandbox: sandbox({ acquirer }) },
    })
    for (const one of told) lost.push(...(await compare(florin, one)))
    const broken = await verify(florin)
    broken.push(...(await payAgain(florin, () => acquirer.books().charges.length)), ...(await verify(florin)))
    return { lost, broken }
  } catch (error) {
    return { lost, broken: [String(error)] }
  } finally {
    await florin?.close()
  }
}
