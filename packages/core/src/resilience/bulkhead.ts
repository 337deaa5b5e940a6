import { FlorinError, type Scheduler } from '../kernel/index.ts'
import type { BulkheadSettings } from './settings.ts'
import { type Seat, WaitingRoom } from './waiting-room.ts'
import { RANKS, type Rank } from './work.ts'

/** A bulkhead as health shows it. JSON-safe. */
export interface BulkheadView {
  readonly atWork: number
  readonly limit: number
  readonly waiting: Readonly<Record<Rank, number>>
}

/** One gateway's part of the bulkhead. */
export interface Compartment {
  /** A place at once, or false. Free places go to those who wait first. */
  tryEnter(rank: Rank): boolean
  /**
   * A place, when there is one: false where the queue is full, or where none came free within the rank's time. Nothing was sent then.
   * After true the caller must `leave`, exactly once.
   */
  enter(rank: Rank, merchant: string): Promise<boolean>
  /** Gives a place back and lets the next one in. */
  leave(rank: Rank): void
  view(): BulkheadView
}

/** Tells one who waits that its turn came, or that it will not. */
type Waiter = (admitted: boolean) => void

/**
 * Keeps one slow gateway from taking everything: so many calls at once to each gateway, so many in all, and short queues before them.
 * Outcomes go before recovery, recovery before intents; the last places are kept for the higher ranks, so that charges that hang never
 * stand in the way of a void. Merchants of one rank take turns. A queue that is full, or a wait that grows too long, refuses early.
 */
export class Bulkhead {
  readonly #settings: BulkheadSettings
  readonly #scheduler: Scheduler
  readonly #rooms: Room[] = []
  #atWork = 0
  /** The compartment that is served first: the one after the last that was, so that a busy gateway cannot starve the others. */
  #turn = 0

  constructor(settings: BulkheadSettings, scheduler: Scheduler) {
    this.#settings = settings
    this.#scheduler = scheduler
  }

  get atWork(): number {
    return this.#atWork
  }

  /** Adds a gateway's compartment. */
  compartment(limit = this.#settings.perGateway): Compartment {
    const room: Room = {
      limit: Math.min(limit, this.#settings.total),
      atWork: 0,
      recovering: 0,
      queues: { outcome: new WaitingRoom(), recovery: new WaitingRoom(), intent: new WaitingRoom() },
    }
    this.#rooms.push(room)
    return Object.freeze<Compartment>({
      tryEnter: (rank) => room.queues[rank].size === 0 && this.#hasPlace(room, rank) && this.#take(room, rank),
      enter: (rank, merchant) => this.#enter(room, rank, merchant),
      leave: (rank) => this.#leave(room, rank),
      view: () => ({ atWork: room.atWork, limit: room.limit, waiting: sizes(room) }),
    })
  }

  #enter(room: Room, rank: Rank, merchant: string): Promise<boolean> {
    const queue = room.queues[rank]
    if (queue.size === 0 && this.#hasPlace(room, rank)) return Promise.resolve(this.#take(room, rank))
    if (queue.size >= this.#settings.queue[rank]) {
      const crowdedOut = queue.crowdOut(merchant)
      if (crowdedOut === undefined) return Promise.resolve(false)
      crowdedOut(false)
    }
    return new Promise((resolve) => {
      const seat: Seat<Waiter> = queue.push(merchant, (admitted) => {
        cancel()
        resolve(admitted)
      })
      const cancel = this.#scheduler.after(this.#settings.queueMs[rank], () => {
        if (queue.remove(seat)) resolve(false)
      })
    })
  }

  #leave(room: Room, rank: Rank): void {
    if (room.atWork === 0) throw new FlorinError('internal', 'a bulkhead place was given back twice; please report it')
    room.atWork -= 1
    this.#atWork -= 1
    if (rank === 'recovery') room.recovering -= 1
    this.#admit()
  }

  /** Lets in all that there is room for. A place given back in one compartment may be what another one waited for. */
  #admit(): void {
    for (let passed = 0; passed < this.#rooms.length; ) {
      const room = this.#rooms[this.#turn % this.#rooms.length] as Room
      this.#turn = (this.#turn + 1) % this.#rooms.length
      passed = this.#admitOne(room) ? 0 : passed + 1
    }
  }

  #admitOne(room: Room): boolean {
    for (const rank of RANKS) {
      if (room.queues[rank].size === 0 || !this.#hasPlace(room, rank)) continue
      const waiter = room.queues[rank].shift()
      if (waiter === undefined) continue
      this.#take(room, rank)
      waiter(true)
      return true
    }
    return false
  }

  #take(room: Room, rank: Rank): true {
    room.atWork += 1
    this.#atWork += 1
    if (rank === 'recovery') room.recovering += 1
    return true
  }

  #hasPlace(room: Room, rank: Rank): boolean {
    if (rank === 'recovery' && room.recovering >= Math.ceil(room.limit / 2)) return false // or a hung lookup would stop all selling
    const { total, reservedShare } = this.#settings
    return (
      room.atWork < room.limit - reserved(room.limit, reservedShare, rank) &&
      this.#atWork < total - reserved(total, reservedShare, rank)
    )
  }
}

interface Room {
  readonly limit: number
  atWork: number
  /** Of these, recovery's. */
  recovering: number
  readonly queues: Readonly<Record<Rank, WaitingRoom<Waiter>>>
}

/** How many of the last places are kept from a rank: a share from recovery, twice that from intents. */
const reserved = (limit: number, share: number, rank: Rank): number =>
  rank === 'outcome' ? 0 : Math.floor(limit * share) * (rank === 'intent' ? 2 : 1)

const sizes = ({ queues }: Room): Readonly<Record<Rank, number>> => ({
  outcome: queues.outcome.size,
  recovery: queues.recovery.size,
  intent: queues.intent.size,
})
