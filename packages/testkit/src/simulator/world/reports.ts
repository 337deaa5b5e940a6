import type { IngestInput } from '@florin/core'
import type { StatementLine } from '@florin/core/statements'
import type { Storage } from '@florin/core/storage'
import type { SandboxBank } from '../../rail/index.ts'
import type { MistakeSpec } from '../plan/plan.ts'
import type { SimulatedProvider } from './provider.ts'
import { linesOf } from './report-file.ts'
import { type Cells, rowsOf } from './rows.ts'

/** The bank to which gateways send their payouts: not the one that pays ours. */
export const GATEWAYS_BANK = 'giro'
const OWN_BANK = 'sandbox'

/** Everything that a source has told so far, in its order. */
export interface Told {
  readonly source: IngestInput['source']
  readonly name: string
  readonly lines: readonly StatementLine[]
}

/** What is wrong in a gateway's files, and that nobody can see but by reconciling. */
export interface PlantedMistake {
  readonly kind: MistakeSpec['kind']
  /** The name of the source. */
  readonly source: string
  /** What the break is about: of two lines that say the same, either. */
  readonly abouts: readonly string[]
  readonly currency: string
  /** By how much the receivable is left wrong, or how much stands in suspense. */
  readonly amount: bigint
}

/** All reports there are in a world: of what the gateways settled, with what they get wrong, and of what the banks saw. */
export interface Reports {
  /** Prints what is new. `close`: the gateways settle what is open. True where there is something new. */
  print(close: boolean): Promise<boolean>
  gateways(): readonly Told[]
  banks(): readonly Told[]
  readonly planted: readonly PlantedMistake[]
  /** Everything there is was read, after everything had healed. */
  isRead: boolean
}

interface Parts {
  readonly providers: ReadonlyMap<string, SimulatedProvider>
  readonly bank: SandboxBank
  readonly inner: Storage
  readonly mistakes: readonly MistakeSpec[]
}

export const createReports = (parts: Parts): Reports => new PrintedReports(parts)

const NOBODY = { attempt: null, gatewayId: null, parentGatewayId: null, batch: null, endToEnd: null }
const MOVES: Readonly<Record<string, ReadonlySet<unknown>>> = {
  capture: new Set(['sale', 'capture']),
  refund: new Set(['refund']),
}

class PrintedReports implements Reports {
  readonly #parts: Parts
  readonly #seen = new Map<string, number>()
  readonly #lines = new Map<string, StatementLine[]>()
  readonly #sources = new Map<string, IngestInput['source']>()
  readonly #left: { readonly kind: MistakeSpec['kind']; skip: number }[]
  readonly planted: PlantedMistake[] = []
  isRead = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.#left = parts.mistakes.map((one) => ({ ...one }))
  }

  async print(close: boolean): Promise<boolean> {
    let isNew = false
    for (const [gateway, provider] of this.#parts.providers) {
      const files = provider.reports?.(close) ?? []
      const seen = this.#seen.get(gateway) ?? 0
      this.#seen.set(gateway, files.length)
      for (const { account, reader, bytes } of files.slice(seen)) {
        isNew = true
        const source = { gateway, account }
        const name = `gateway/${gateway}/${account}`
        const lines = await this.#withMistakes(name, await linesOf(reader, bytes))
        this.#sources.set(name, source)
        this.#lines.set(name, [...(this.#lines.get(name) ?? []), ...lines])
      }
    }
    return isNew
  }

  gateways(): readonly Told[] {
    return [...this.#sources].map(([name, source]) => ({ name, source, lines: this.#lines.get(name) ?? [] }))
  }

  banks(): readonly Told[] {
    const credits = this.gateways().flatMap(({ lines }) => lines.filter((line) => isPayout(line) && line.gross !== 0n))
    return [
      told(GATEWAYS_BANK, credits.map(creditOf)),
      told(
        OWN_BANK,
        this.#parts.bank.lines().map(({ at, amount, currency, reference, kind }, index) => ({
          ...moneyOf(amount, currency),
          ...{ is: 'line', line: index + 1, id: `${reference}/${kind}`, occurredAt: at, valueAt: at, text: kind },
          references: { ...NOBODY, endToEnd: reference },
        })),
      ),
    ]
  }

  /** A file as the gateway sends it, once. What it gets wrong it pays wrong too, so that only the line is amiss. */
  async #withMistakes(source: string, lines: readonly StatementLine[]): Promise<readonly StatementLine[]> {
    const printed: StatementLine[] = []
    let more = 0n
    for (const line of lines) {
      if (isPayout(line)) {
        printed.push(this.#payout(source, line, more))
        continue
      }
      const wrong = await this.#wrong(source, line, lines)
      printed.push(...wrong)
      more += wrong.reduce((sum, { net }) => sum + net, -line.net)
    }
    return printed
  }

  #payout(source: string, line: StatementLine, more: bigint): StatementLine {
    const off = this.#strikes('payout_off') ? 1n : 0n
    const gross = line.gross - more - off
    if (off !== 0n) {
      const abouts = [`batch/${line.references.batch}/${line.currency}`]
      this.planted.push({ kind: 'payout_off', source, abouts, currency: line.currency, amount: off })
    }
    return { ...line, gross, net: gross }
  }

  /** A line, or what stands in its place. */
  async #wrong(source: string, line: StatementLine, all: readonly StatementLine[]): Promise<readonly StatementLine[]> {
    const { id, currency, gross } = line
    if (this.#strikes('unknown')) {
      const strange = { ...line, ...moneyOf(777n, currency), kind: 'capture', id: `${id}/nobody` } as const
      this.planted.push({ kind: 'unknown', source, abouts: [`line/${strange.id}`], currency, amount: 777n })
      return [line, { ...strange, references: { ...NOBODY, gatewayId: `ch_${id}`, batch: line.references.batch } }]
    }
    if (!(await this.#isSettled(line, all))) return [line]
    if (this.#strikes('amount_off')) {
      this.planted.push({ kind: 'amount_off', source, abouts: [`line/${id}`], currency, amount: 1n })
      return [{ ...line, gross: gross + 1n, net: line.net + 1n }]
    }
    if (!this.#strikes('doubled')) return [line]
    const abouts = [`line/${id}`, `line/${id}/again`]
    this.planted.push({ kind: 'doubled', source, abouts, currency, amount: gross })
    return [line, { ...line, fee: 0n, net: gross, id: `${id}/again` }]
  }

  /** Whether a line is about one thing of ours whose outcome is known: else what it says is what becomes known. */
  async #isSettled({ kind, gross, references }: StatementLine, all: readonly StatementLine[]): Promise<boolean> {
    const same = all.filter((one) => one.references.attempt === references.attempt)
    if (references.attempt === null || same.length > 1) return false
    const attempts = await rowsOf(this.#parts.inner, 'attempts')
    const own: Cells | undefined = attempts.find(({ id }) => id === references.attempt)
    if (own === undefined || own.state !== 'applied' || MOVES[kind]?.has(own.kind) !== true) return false
    return (own.applied ?? own.amount) === (gross < 0n ? -gross : gross)
  }

  #strikes(kind: MistakeSpec['kind']): boolean {
    const at = this.#left.findIndex((one) => one.kind === kind)
    const one = this.#left[at]
    if (one === undefined) return false
    one.skip -= 1
    if (one.skip >= 0) return false
    this.#left.splice(at, 1)
    return true
  }
}

const isPayout = ({ kind }: StatementLine): boolean => kind === 'payout' || kind === 'payout_undone'

const told = (bank: string, lines: readonly StatementLine[]): Told => ({
  source: { bank },
  name: `bank/${bank}`,
  lines,
})

const moneyOf = (amount: bigint, currency: string) => ({
  kind: amount < 0n ? ('bank_debit' as const) : ('bank_credit' as const),
  ...{ currency, gross: amount, fee: 0n, net: amount, presentment: null },
})

/** A gateway's payout as our bank shows it. */
const creditOf = (
  { gross, currency, references, occurredAt, valueAt }: StatementLine,
  index: number,
): StatementLine => ({
  ...moneyOf(-gross, currency),
  ...{ is: 'line', line: index + 1, id: `credit/${references.batch}`, occurredAt, valueAt, text: '' },
  references: { ...NOBODY, batch: references.batch },
})
