import type { Florin, IngestInput, RunView } from '@florin/core'
import { type AccountCells, type AttemptCells, rows } from '../rows.ts'
import { card, type World, type WorldOptions, world } from '../world.ts'
import { type CsvRow, csvFile, csvStatement } from './csv-statement.ts'

export const GATEWAY = { gateway: 'sandbox', account: 'default' } as const
export const BANK = { bank: 'giro' } as const

/** A world whose files can be read into the books. */
export interface Books {
  readonly w: World
  /** A captured payment of so much, with its capture's attempt. */
  sell(amount?: string): Promise<Sold>
  ingest(lines: readonly (CsvRow | string)[], more?: Partial<IngestInput>, florin?: Florin<'sandbox'>): Promise<RunView>
  /** What an account has, on its normal side: `transit`, `costs`, `receivable` of the gateway, or a path without its currency. */
  has(account: string, currency?: string): Promise<bigint>
  attempts(): Promise<readonly AttemptCells[]>
}

export interface Sold {
  readonly payment: string
  readonly attempt: string
  /** The gateway's id of the charge. */
  readonly charge: string
}

const DEBIT = /^(gateway|bank)\//

export const books = async (given: WorldOptions = {}): Promise<Books> => {
  const w = await world(given)
  const attempts = () => rows<AttemptCells>(w.inner, 'attempts')
  const sell = async (amount = '100.00'): Promise<Sold> => {
    const { id } = await w.pay({ amount, method: card() })
    const mine = (await attempts()).filter((one) => one.payment === id)
    const taken = mine.find((one) => one.kind === 'capture' || one.kind === 'sale')
    const charge = mine.find((one) => one.kind === 'authorize' || one.kind === 'sale')
    return { payment: id, attempt: taken?.id ?? '', charge: charge?.gatewayId ?? '' }
  }
  return {
    w,
    sell,
    attempts,
    ingest: (lines, more = {}, florin = w.florin) =>
      w.run(
        florin.reconciliation.ingest({
          source: GATEWAY,
          reader: csvStatement(),
          bytes: csvFile(lines, w.runtime.clock.now()),
          onMalformed: 'report',
          ...more,
        }),
      ),
    has: async (account, currency = 'EUR') => {
      const path = ['transit', 'costs', 'receivable'].includes(account) ? `gateway/sandbox/default/${account}` : account
      const found = (await rows<AccountCells>(w.inner, 'accounts')).find((one) => one.account === `${path}/${currency}`)
      if (found === undefined) return 0n
      const balance = found.debitsPosted - found.creditsPosted
      return DEBIT.test(path) ? balance : -balance
    },
  }
}
