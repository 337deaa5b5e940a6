import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres, startPostgresProxy } from '@florin/testkit/postgres'
import type { Database } from '../place.ts'
import { diskFull, failover, STRIKES, type Strike, type Struck, standbyAway } from './strikes.ts'

/** A database that is struck, with the proxy before it. */
export interface OpenHouse {
  readonly at: Struck
  readonly database: Database
}

/** Where some strikes are possible. */
export interface House {
  readonly name: string
  readonly strikes: readonly Strike[]
  /** Whether it can be struck once only, and is then built anew. */
  readonly once: boolean
  /** Why it cannot be opened on this machine, or null. */
  impossible(): string | null
  open(): Promise<OpenHouse>
}

const opened = async (parts: Omit<Struck, 'proxy'>, close: () => Promise<void>): Promise<OpenHouse> => {
  const proxy = await startPostgresProxy(parts.primary.url)
  const database = {
    env: { FLORIN_DB: proxy.url },
    close: async () => {
      await proxy.close()
      await close()
    },
  }
  return { at: { ...parts, proxy }, database }
}

const single: House = {
  name: 'one server',
  strikes: STRIKES,
  once: false,
  impossible: () => null,
  open: async () => {
    const primary = await startPostgres()
    return opened({ primary }, () => primary.stop())
  },
}

const pair: House = {
  name: 'a server and its standby',
  strikes: [standbyAway, failover],
  once: true,
  impossible: () => null,
  open: async () => {
    const primary = await startPostgres()
    const standby = await startPostgres({ standbyOf: primary, name: 'second' })
    await primary.restart({ synchronous_standby_names: 'second' })
    return opened({ primary, standby }, async () => {
      await standby.stop()
      await primary.stop()
    })
  },
}

const DISK = 'size=128m' // an empty cluster has 40 MB, its log 32
const LOG = { max_wal_size: '32MB', min_wal_size: '32MB' }

const mount = (size: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'florin-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder], { stdio: 'pipe' })
    chmodSync(folder, 0o711) // for a server that runs as somebody else
    return folder
  } catch (error) {
    rmSync(folder, { recursive: true })
    throw error
  }
}

const unmount = (folder: string): void => {
  execFileSync('umount', [folder], { stdio: 'pipe' })
  rmSync(folder, { recursive: true })
}

const smallDisk: House = {
  name: 'a server on a small disk',
  strikes: [diskFull],
  once: false,
  impossible: () => {
    if (process.platform !== 'linux') return 'a small disk is mounted on Linux only'
    if (process.getuid?.() !== 0) return 'only root may mount a small disk'
    try {
      unmount(mount('size=1m'))
      return null
    } catch (error) {
      return `a small disk cannot be mounted here (${(error as Error).message.trim()})`
    }
  },
  open: async () => {
    const disk = mount(DISK)
    const close = async (): Promise<void> => unmount(disk)
    const primary = await startPostgres({ dataDir: join(disk, 'data'), settings: LOG }).catch(
      async (error: unknown) => {
        await close()
        throw error
      },
    )
    return opened({ primary, disk }, async () => {
      await primary.stop()
      await close()
    })
  },
}

/** All that can be built. */
export const HOUSES: readonly House[] = [single, pair, smallDisk]
