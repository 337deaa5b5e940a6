import { FlorinError, sameBytes } from '../kernel/index.ts'
import { type EventRow, type SealRow, type Storage, seals } from '../storage/index.ts'
import { isIntact } from './event.ts'
import { type ChainHead, headOf } from './heads.ts'
import { type Problem, Problems } from './problems.ts'
import { loadEvents } from './read.ts'
import { GENESIS, merkleRoot, SEAL_SIZE, sealHash } from './seal.ts'
import { DEFAULT_PARTITION } from './sequencer.ts'
import { compareTruth, subjectKey, type TruthSource } from './truth.ts'

/** What to verify beyond the chain itself. */
export interface VerifyOptions {
  /** 0 if absent. */
  readonly partition?: number
  /** A head that was exported earlier: the chain must still pass through it. Without one, a chain cut off at its end looks whole. */
  readonly expectHead?: ChainHead
  /** The chain must have this many events at least. */
  readonly minimumLength?: number
  /** Rows whose versions the events must account for. */
  readonly truth?: readonly TruthSource[]
  /** A further check of each seal's events, e.g. of the ledger transactions that they name; each text it answers is a problem. */
  readonly inspect?: (events: readonly EventRow[]) => Promise<readonly string[]>
  /** How many problems the report lists; 100 if absent. All are counted. */
  readonly maxProblems?: number
}

/** What verification saw. Data, JSON-safe. */
export interface ChainReport {
  readonly ok: boolean
  readonly events: number
  readonly seals: number
  /** The head that was reached: export it. */
  readonly head: ChainHead
  /** Events that had no position yet, counted up to 1,000. */
  readonly unsealed: number
  readonly problems: readonly Problem[]
  readonly problemCount: number
}

/**
 * Walks a partition's seals and events from the first one and recomputes everything: digests, Merkle roots, hashes, the chain, dense
 * positions, dense versions of each subject in stream order. Detects change, deletion, reordering, and, given an earlier head or
 * truth to compare with, truncation. Who can write to the database can recompute a whole chain, so keep heads elsewhere. May run while payments are taken. Holds one number per subject in memory.
 * @throws FlorinError `invalid_request` when `expectHead` is of another partition.
 */
export const verifyChain = async (
  storage: Pick<Storage, 'load' | 'scan' | 'unsealed'>,
  options: VerifyOptions = {},
): Promise<ChainReport> => {
  const { partition = DEFAULT_PARTITION, expectHead, truth = [] } = options
  if (expectHead !== undefined && expectHead.partition !== partition) {
    throw new FlorinError(
      'invalid_request',
      `the expected head is of partition ${expectHead.partition}, and partition ${partition} is to be verified`,
    )
  }
  const problems = new Problems(options.maxProblems ?? 100)
  const walk = new Walk(problems, expectHead)
  for await (const page of storage.scan(seals, { index: 'key', equals: { partition } })) {
    for (const seal of page) {
      const rows = await loadEvents(storage, seal.events)
      walk.visit(seal, rows)
      await inspect(options, seal, rows, problems)
    }
  }
  const head = headOf(partition, walk.last)
  checkLength(head.length, options, problems)
  if (expectHead !== undefined && expectHead.length > 0 && expectHead.length <= head.length && !walk.metExpected) {
    problems.add('head_mismatch', expectHead.length, null, 'no seal ends there with the hash of the expected head')
  }
  for (const source of truth) await compareTruth(storage, source, walk.versions, problems)
  const unsealed = (await storage.unsealed(SEAL_SIZE)).length
  return Object.freeze({
    ok: problems.count === 0,
    events: walk.events,
    seals: walk.seals,
    head,
    unsealed,
    problems: Object.freeze(problems.list),
    problemCount: problems.count,
  })
}

const inspect = async (
  { inspect: check }: VerifyOptions,
  seal: SealRow,
  rows: readonly (EventRow | undefined)[],
  problems: Problems,
): Promise<void> => {
  if (check === undefined) return
  for (const detail of await check(rows.filter((row) => row !== undefined))) {
    problems.add('inspection', seal.first, null, detail)
  }
}

const checkLength = (length: number, { expectHead, minimumLength = 0 }: VerifyOptions, problems: Problems): void => {
  const expected = Math.max(minimumLength, expectHead?.length ?? 0)
  if (length >= expected) return
  problems.add('truncated', length, null, `the chain ends after ${length} events and had ${expected}`)
}

/** The state of one walk along a chain. */
class Walk {
  readonly versions = new Map<string, number>()
  readonly #problems: Problems
  readonly #expected: ChainHead | undefined
  last: SealRow | undefined
  metExpected = false
  events = 0
  seals = 0

  constructor(problems: Problems, expected: ChainHead | undefined) {
    this.#problems = problems
    this.#expected = expected
  }

  visit(seal: SealRow, rows: readonly (EventRow | undefined)[]): void {
    this.#link(seal)
    const leaves: Uint8Array[] = []
    rows.forEach((event, index) => {
      const leaf = this.#leaf(seal, event, index)
      if (leaf !== undefined) leaves.push(leaf)
    })
    if (leaves.length === rows.length && !sameBytes(merkleRoot(leaves), seal.root)) {
      this.#problems.add(
        'root_mismatch',
        seal.first,
        null,
        `the ${rows.length} events are not the ones that were sealed`,
      )
    }
    this.last = seal
    this.seals += 1
    this.events += leaves.length
    const { length, hash } = headOf(seal.partition, seal)
    if (length === this.#expected?.length && hash === this.#expected.hash) this.metExpected = true
  }

  #link(seal: SealRow): void {
    const problems = this.#problems
    const first = this.last === undefined ? 1 : this.last.first + this.last.size
    if (seal.first !== first) {
      problems.add(
        'position_gap',
        seal.first,
        null,
        `a seal starts at ${seal.first}, the one before it ends before ${first}`,
      )
    }
    if (!sameBytes(seal.previous, this.last?.hash ?? GENESIS)) {
      problems.add('chain_broken', seal.first, null, 'the seal does not follow the one before it')
    }
    if (!sameBytes(sealHash(seal), seal.hash)) {
      problems.add('seal_changed', seal.first, null, "the seal's columns do not give its hash")
    }
    if (seal.size !== seal.events.length || seal.size === 0) {
      problems.add(
        'seal_changed',
        seal.first,
        null,
        `the seal counts ${seal.size} events and lists ${seal.events.length}`,
      )
    }
  }

  #leaf(seal: SealRow, event: EventRow | undefined, index: number): Uint8Array | undefined {
    const [merchant = '', subject = '', version = 0] = seal.events[index] ?? []
    const position = seal.first + index
    const key = subjectKey({ merchant, subject })
    const before = this.versions.get(key) ?? 0
    if (version !== before + 1) {
      this.#problems.add('subject_order', position, subject, `version ${version} follows version ${before}`)
    }
    this.versions.set(key, version)
    if (event === undefined) {
      this.#problems.add('event_missing', position, subject, `version ${version} of it is not there`)
      return undefined
    }
    if (!isIntact(event)) {
      this.#problems.add('event_changed', position, subject, `version ${version} of it does not give its digest`)
    }
    return event.digest
  }
}
