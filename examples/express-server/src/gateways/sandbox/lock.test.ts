import { existsSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createFolders } from '../../test-server.ts'
import { lockFile } from './lock.ts'

const folders = createFolders()
afterAll(folders.remove)
const place = (): string => join(folders.make(), 'journal')

const ALIVE = process.ppid // some process that is there and is not this one
const GONE = 2 ** 22 + 1 // above the most that Linux gives out

describe('the lock of a file', () => {
  it('is given back', () => {
    const file = place()
    lockFile(file)()
    expect(existsSync(`${file}.lock`)).toBe(false)
    lockFile(file)()
  })

  it('keeps others out, by name', () => {
    const file = place()
    writeFileSync(`${file}.lock`, `${ALIVE}`)
    expect(() => lockFile(file)).toThrow(`is in use by process ${ALIVE}: end it`)
  })

  it('keeps this process out a second time, too', () => {
    const file = place()
    const unlock = lockFile(file)
    expect(() => lockFile(file)).toThrow(`is in use by process ${process.pid}`)
    unlock()
    writeFileSync(`${file}.lock`, `${process.pid}`) // as a dead process that had our id left it
    lockFile(file)()
  })

  it('is taken from a process that is gone', () => {
    const file = place()
    writeFileSync(`${file}.lock`, `${GONE}`)
    lockFile(file)()
  })

  it('is taken where nobody renewed it, for process ids come back', () => {
    const file = place()
    writeFileSync(`${file}.lock`, `${ALIVE}`)
    const before = new Date(Date.now() - 60_000)
    utimesSync(`${file}.lock`, before, before)
    lockFile(file)()
  })
})
