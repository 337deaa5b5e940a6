import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { EmbeddedPostgres, PostgresProxy } from '@florin/testkit/postgres'
import type { Dice } from '../dice.ts'

/** A PostgreSQL under load: what a strike may lay its hands on. */
export interface Struck {
  /** The server that takes writes. */
  readonly primary: EmbeddedPostgres
  /** What stands between the shop's server and it. */
  readonly proxy: PostgresProxy
  /** A synchronous standby, where there is one. */
  readonly standby?: EmbeddedPostgres
  /** The small disk that the data is on, where it is on one. */
  readonly disk?: string
}

/** One way in which a database fails. */
export interface Strike {
  readonly name: string
  /** Strikes while payments are made, and resolves when the database could work again, with how often it hit. */
  strike(at: Struck, dice: Dice): Promise<number>
}

const SHOPS = "from pg_stat_activity where application_name = 'florin'"

const again = async (times: number, work: (time: number) => Promise<number>): Promise<number> => {
  let hits = 0
  for (let time = 0; time < times; time++) hits += await work(time)
  return hits
}

/** How often the end of the server's log says so. */
const said = ({ primary }: Struck, what: string): number => primary.log().split(what).length - 1

/** Connections that an operator ends, whatever they are doing. */
const terminated: Strike = {
  name: 'connections ended by an operator',
  strike: ({ primary }, dice) =>
    again(12, async () => {
      await pause(dice.between(20, 120))
      const ended = await primary.sql(`select pg_terminate_backend(pid) ${SHOPS} and (state <> 'idle' or pid % 2 = 0)`)
      return ended.length
    }),
}

/** A backend that dies of SIGKILL, upon which the server ends all others and recovers. */
const backendKilled: Strike = {
  name: 'kill -9 of a backend',
  strike: ({ primary }, dice) =>
    again(2, async () => {
      await pause(dice.between(50, 400))
      const [row] = await primary.sql(`select pid ${SHOPS} order by state = 'idle', pid limit 1`)
      process.kill(Number(row?.pid), 'SIGKILL')
      await back(primary)
      return 1
    }),
}

/** Longer than the storage asks what became of a commit. */
const LONG_MS = 3_000

/** The whole server killed, at moments around commits, and recovered from its log. */
const postmasterKilled: Strike = {
  name: 'kill -9 of the server',
  strike: ({ primary }, dice) =>
    again(4, async (time) => {
      await pause(dice.between(30, 500))
      await primary.kill()
      await pause(time === 0 ? LONG_MS : dice.between(0, 300))
      await primary.restart()
      return 1
    }),
}

/** Connections that are cut just before or just after their commit, and in the middle of any message. */
const cut: Strike = {
  name: 'connections cut around COMMIT and at any byte',
  strike: ({ proxy }, dice) =>
    again(20, async (time) => {
      const before = proxy.cuts()
      if (time % 3 === 0) proxy.cutAfter(dice.between(0, 6_000))
      else proxy.cutNext(time % 3 === 1 ? 'before_commit' : 'after_commit')
      await pause(dice.between(20, 100))
      return proxy.cuts() - before
    }),
}

const isVictim = (error: unknown): void => {
  if ((error as { readonly code?: unknown }).code !== '40P01') throw error
}

/** Somebody else's transactions, which take rows that payments need in another order than Florin does. */
const deadlocks: Strike = {
  name: 'deadlocks',
  strike: async (at, dice) => {
    const { primary } = at
    const rows = (table: string) => `select from ${table} for update`
    const before = said(at, 'deadlock detected')
    for (let tries = 0; tries < 40 && said(at, 'deadlock detected') < before + 3; tries++) {
      const wait = `select pg_sleep(${dice.between(10, 80) / 1_000})`
      const theirs = [rows('florin.accounts'), wait, rows('florin.payments'), wait, rows('florin.attempts')]
      await primary.sql(['set local deadlock_timeout to 50', ...theirs].join(';')).catch(isVictim)
    }
    return said(at, 'deadlock detected') - before
  },
}

/** Rows that somebody holds for longer than Florin waits. */
const locked: Strike = {
  name: 'rows locked for longer than lockTimeoutMs',
  strike: async (at) => {
    const before = said(at, 'due to lock timeout')
    await at.primary.sql('begin; select from florin.accounts for update; select pg_sleep(5.5); rollback')
    return said(at, 'due to lock timeout') - before
  },
}

/** Waits until a server that recovers by itself takes connections. */
export const back = async (server: EmbeddedPostgres): Promise<void> => {
  for (let tries = 0; tries < 300; tries++) {
    const there = await server.sql('select 1').catch(() => undefined)
    if (there !== undefined) return
    await pause(50)
  }
  throw new Error(`the database did not come back: ${server.log()}`)
}

/** A disk that is full until somebody makes room. Where the server could not write its log it has ended itself. */
export const diskFull: Strike = {
  name: 'a full disk',
  async strike(at, dice) {
    const { primary, disk = '' } = at
    await pause(dice.between(100, 400))
    const { bavail, bsize } = statfsSync(disk)
    const ballast = join(disk, 'ballast')
    fill(ballast, bavail * bsize)
    await pause(3_000)
    const hits = said(at, 'No space left on device')
    rmSync(ballast)
    if (primary.isRunning()) await back(primary)
    else await primary.restart()
    return hits
  },
}

const fill = (file: string, bytes: number): void => {
  try {
    writeFileSync(file, Buffer.alloc(bytes))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error // the server took the rest meanwhile: as full as can be
  }
}

/** A synchronous standby that is away: commits wait for it, and some for longer than anybody waits for an answer. */
export const standbyAway: Strike = {
  name: 'a synchronous standby that is away',
  async strike(at, dice) {
    if (at.standby === undefined) throw new Error('there is no standby here')
    await pause(dice.between(100, 500))
    await at.standby.kill()
    await pause(dice.pick([3_000, 3_000, 12_000]))
    const [waits] = await at.primary.sql(`select count(*)::int as n ${SHOPS} and wait_event = 'SyncRep'`)
    await at.standby.restart()
    return Number(waits?.n ?? 0)
  },
}

/** A primary that dies for good, and its synchronous standby, which takes over under the same address. */
export const failover: Strike = {
  name: 'failover to a synchronous standby',
  async strike({ primary, standby, proxy }, dice) {
    if (standby === undefined) throw new Error('there is no standby here')
    await pause(dice.between(200, 900))
    await primary.kill()
    await pause(dice.between(0, 500)) // until somebody notices
    await standby.promote()
    proxy.moveTo(standby.url)
    return 1
  },
}

/** Strikes after which the same database goes on, one after the other. */
export const STRIKES: readonly Strike[] = [terminated, backendKilled, postmasterKilled, cut, deadlocks, locked]
