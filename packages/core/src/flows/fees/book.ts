import {
  configuredFee,
  deciderOf,
  type FeeDecider,
  type FeeSchedule,
  type FeeScheduleRow,
  FRESH_MS,
  feeSchedules,
  inForce,
  KNOWN_FOR_MS,
  monthOf,
  type VolumeTerms,
  volumeTermsOf,
} from '../../fees/index.ts'
import { FlorinError, type Runtime } from '../../kernel/index.ts'
import type { Fee } from '../../ledger/index.ts'
import type { Storage } from '../../storage/index.ts'
import { createVolumeReader } from './volumes.ts'

/** What this process knows of merchants' fee schedules, so that a capture does not read the storage for its fee. */
export interface FeeBook {
  /**
   * Awaited before a decision that may book a capture. Settles at once while what is known is young enough; for merchants whose fees go by
   * their month's volume once that was read, so that the decision sees all that was committed before this call.
   */
  ready(merchant: string): Promise<void>
  /** Who decides the fee of a capture at this instant; null where no fee was agreed. */
  at(merchant: string, instant: number): FeeDecider | null
  /** Whether any schedule of the merchant passes on what gateways charge, so that its fees may stand on estimates. After `ready`. */
  estimates(merchant: string): boolean
  /** A schedule was changed by this very process. */
  forget(merchant: string): void
}

interface Version {
  readonly effectiveFrom: number
  readonly decide: FeeDecider
  readonly volume: VolumeTerms | null
}

interface Known {
  /** Those that may still count, the newest first. */
  readonly versions: readonly Version[]
  readonly estimates: boolean
  readonly readAt: number
}

interface Parts {
  readonly storage: Pick<Storage, 'find' | 'load'>
  readonly runtime: Pick<Runtime, 'clock'>
  /** The simple fee of a merchant's options, which counts until a schedule does. */
  readonly configured: (merchant: string) => Fee | null
  readonly onError: (error: unknown) => void
}

const MOST_KEPT = 10_000 // merchants; beyond that the one that was read first is read again
const PAGE = 20 // changes that are announced and do not count yet are few

/** The versions of a merchant that count at an instant or later, the newest first. */
export const readVersions = async (
  storage: Pick<Storage, 'find'>,
  merchant: string,
  at: number,
): Promise<readonly FeeScheduleRow[]> => {
  const rows: FeeScheduleRow[] = []
  for (let after: string | undefined; ; ) {
    const query = { index: 'key', equals: { merchant }, descending: true, limit: PAGE } as const
    const page = await storage.find(feeSchedules, { ...query, ...(after === undefined ? {} : { after }) })
    rows.push(...page.rows)
    after = page.next
    if (after === undefined || inForce(page.rows, at) !== undefined) return rows
  }
}

/**
 * By which terms the volume is counted: those that count at the instant, or else the next ones, so that a month of which a version was announced
 * is counted before it comes.
 */
const countedBy = (versions: readonly Version[], at: number): VolumeTerms | null =>
  inForce(versions, at)?.volume ??
  versions.findLast((one) => one.effectiveFrom > at && one.volume !== null)?.volume ??
  null

const passesOn = ({ rules }: FeeSchedule): boolean => rules.some((rule) => rule.interchange !== undefined)

/** The simple fees of merchants' options, each read once. */
const createSimpleFees = (configured: Parts['configured']): ((merchant: string) => FeeDecider | null) => {
  const made = new WeakMap<Fee, FeeDecider>()
  return (merchant) => {
    const fee = configured(merchant)
    if (fee === null) return null
    const decider = made.get(fee) ?? configuredFee(fee)
    made.set(fee, decider)
    return decider
  }
}

const unread =
  (merchant: string): FeeDecider =>
  () => {
    throw new FlorinError('internal', `the fee schedules of '${merchant}' were not read before a capture`)
  }

export const createFeeBook = ({ storage, runtime, configured, onError }: Parts): FeeBook => {
  const known = new Map<string, Known>()
  const reading = new Map<string, Promise<void>>()
  const volumes = createVolumeReader(storage)
  const simpleFee = createSimpleFees(configured)

  /** Whatever version counts by the time of the decision, its currencies are read. */
  const readVolume = async (merchant: string, versions: readonly Version[]): Promise<void> => {
    const now = runtime.clock.now()
    const terms = countedBy(versions, now)
    if (terms === null) return
    const currencies = [...new Set(versions.flatMap(({ volume }) => volume?.currencies ?? []))]
    await volumes.ready(merchant, { month: monthOf(terms.zone, now), currencies })
  }

  const read = (merchant: string): Promise<void> => {
    const running = reading.get(merchant)
    if (running !== undefined) return running
    const readAt = runtime.clock.now() // before the reading: what is committed during it may be missed
    const work = readVersions(storage, merchant, readAt)
      .then(async (rows) => {
        const versions = rows.map((row) => ({
          effectiveFrom: row.effectiveFrom,
          decide: deciderOf(row.schedule, row.version),
          volume: volumeTermsOf(row.schedule),
        }))
        await readVolume(merchant, versions) // or a capture that did not wait for this reading would find none
        if (reading.get(merchant) !== work) return // forgotten meanwhile
        known.delete(merchant)
        const [oldest] = known.keys()
        if (oldest !== undefined && known.size >= MOST_KEPT) known.delete(oldest)
        // Of a merchant with more versions than were read, older ones may have passed something on.
        const estimates = rows.length >= PAGE || rows.some(({ schedule }) => passesOn(schedule))
        known.set(merchant, { versions, estimates, readAt })
      })
      .finally(() => {
        if (reading.get(merchant) === work) reading.delete(merchant)
      })
    reading.set(merchant, work)
    return work
  }

  const knowSchedules = async (merchant: string): Promise<void> => {
    const age = runtime.clock.now() - (known.get(merchant)?.readAt ?? Number.NEGATIVE_INFINITY)
    if (age < FRESH_MS) return
    if (age >= KNOWN_FOR_MS) return read(merchant)
    read(merchant).catch(onError)
  }

  return {
    ready: async (merchant) => {
      await knowSchedules(merchant)
      await readVolume(merchant, known.get(merchant)?.versions ?? [])
    },
    at: (merchant, instant) => {
      const found = known.get(merchant)
      if (found === undefined) return unread(merchant)
      const decide = inForce(found.versions, instant)?.decide ?? simpleFee(merchant)
      const terms = countedBy(found.versions, instant)
      if (decide === null || terms === null) return decide
      const month = monthOf(terms.zone, instant)
      return (subject) =>
        decide({ ...subject, volume: { month, before: volumes.of(merchant, month, subject.currency) } })
    },
    estimates: (merchant) => known.get(merchant)?.estimates ?? true,
    forget: (merchant) => {
      known.delete(merchant)
      reading.delete(merchant)
    },
  }
}
