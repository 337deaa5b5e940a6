import { FlorinError } from '../../kernel/index.ts'
import { balanceOf, monthVolume } from '../../ledger/index.ts'
import { accounts, type Storage } from '../../storage/index.ts'

/** What merchants have captured in a month, by currency, minor units. */
export type Volumes = ReadonlyMap<string, bigint>

/** Reads the volume of a month in these currencies, as it stands committed. */
export const readVolumes = async (
  storage: Pick<Storage, 'load'>,
  merchant: string,
  month: string,
  currencies: readonly string[],
): Promise<Volumes> => {
  const keys = currencies.map((currency) => ({ merchant, account: monthVolume(month, currency).account }))
  const rows = await storage.load(accounts, keys)
  return new Map(rows.flatMap((row) => (row === undefined ? [] : [[row.currency, balanceOf(row).posted] as const])))
}

/** Reads volumes for many captures at once, so that each of them sees what was committed before it asked. */
export interface VolumeReader {
  /** Settles once `of` gives what was committed before this call, or later. */
  ready(merchant: string, wanted: Wanted): Promise<void>
  /** Minor units; zero of a month that has begun since it was read. After `ready`. */
  of(merchant: string, month: string, currency: string): bigint
}

/** What is to be read. */
export interface Wanted {
  readonly month: string
  readonly currencies: readonly string[]
}

/** The readings of one merchant, one after the other, so that none is overtaken by an older one. */
interface Line {
  wanted: Wanted
  /** One that has not begun: whoever comes shares it. */
  waiting: Promise<void> | null
  last: Promise<unknown>
}

const MOST_KEPT = 10_000 // merchants; beyond that the one that was read first is forgotten

export const createVolumeReader = (storage: Pick<Storage, 'load'>): VolumeReader => {
  const known = new Map<string, { readonly month: string; readonly volumes: Volumes }>()
  const lines = new Map<string, Line>()

  const read = async (merchant: string, { month, currencies }: Wanted): Promise<void> => {
    const volumes = await readVolumes(storage, merchant, month, currencies)
    known.delete(merchant)
    const [oldest] = known.keys()
    if (oldest !== undefined && known.size >= MOST_KEPT) known.delete(oldest)
    known.set(merchant, { month, volumes })
  }

  return {
    ready: (merchant, wanted) => {
      const line: Line = lines.get(merchant) ?? { wanted, waiting: null, last: Promise.resolve() }
      lines.set(merchant, line)
      line.wanted = wanted
      if (line.waiting !== null) return line.waiting
      const mine = line.last.then(() => {
        line.waiting = null
        return read(merchant, line.wanted)
      })
      line.waiting = mine
      const end = (): void => {
        if (line.last === ended) lines.delete(merchant)
      }
      const ended: Promise<void> = mine.then(end, end)
      line.last = ended
      return mine
    },
    of: (merchant, month, currency) => {
      const kept = known.get(merchant)
      if (kept === undefined)
        throw new FlorinError('internal', `the volume of '${merchant}' was not read before a capture`)
      return kept.month === month ? (kept.volumes.get(currency) ?? 0n) : 0n
    },
  }
}
