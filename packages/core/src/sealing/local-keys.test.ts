import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, linkSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { localKeys } from './index.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'florin-keys-'))
  file = join(folder, 'keys.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const posix = process.platform !== 'win32'
const merchant = 'mer_1'

describe('a key file', () => {
  test('is made on first use, for its owner alone, and used from then on', async () => {
    const nested = join(folder, 'deep', 'keys.json')
    const keys = localKeys({ file: nested })
    const key = await keys.current({ merchant })
    if (posix) expect((await stat(nested)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(folder, 'deep'))).toEqual(['keys.json'])
    expect(await localKeys({ file: nested }).current({ merchant })).toEqual(key)
    expect(key.key).toHaveLength(32)
  })

  test('gives every merchant a key of its own, found again by id', async () => {
    const keys = localKeys({ file })
    const names = ['mer_1', 'mer_2', 'Händler & Söhne', 'a/b', '', 'x'.repeat(500), '~', '../..']
    const given = await Promise.all(names.map((merchant) => keys.current({ merchant })))
    expect(new Set(given.map(({ id }) => id)).size).toBe(names.length)
    expect(new Set(given.map(({ key }) => Buffer.from(key).toString('hex'))).size).toBe(names.length)
    for (const key of given) {
      expect(key.id).toMatch(/^[\x21-\x7e]{1,200}$/)
      expect(await keys.byId(key.id)).toEqual(key)
    }
    const index = await keys.index({ merchant })
    expect(given).not.toContainEqual(index)
    expect(await keys.byId('lkffffffffffff/mer_1')).toBeUndefined()
    expect(await keys.byId('nonsense')).toBeUndefined()
  })

  test('rotates: a new key for new values, the old one by its id, the index key as it was', async () => {
    const keys = localKeys({ file })
    const old = await keys.current({ merchant })
    const index = await keys.index({ merchant })
    const other = localKeys({ file }) // another process
    await keys.rotate()
    const fresh = await other.current({ merchant })
    expect(fresh.id).not.toBe(old.id)
    expect(await other.byId(old.id)).toEqual(old)
    expect(await other.index({ merchant })).toEqual(index)
    if (posix) expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['keys.json'])
  })

  test('rotates for one at a time, so that no key is lost', async () => {
    const keys = localKeys({ file })
    await keys.current({ merchant })
    await writeFile(`${file}.lock`, '')
    await expect(keys.rotate()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('.lock') })
    await rm(`${file}.lock`)
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => keys.rotate()))
    const done = results.filter(({ status }) => status === 'fulfilled').length
    expect(JSON.parse(await readFile(file, 'utf8')).keys).toHaveLength(1 + done)
    expect(await readdir(folder)).toEqual(['keys.json'])
  })

  test.runIf(posix)('that others can read is refused', async () => {
    const keys = localKeys({ file })
    await keys.current({ merchant })
    for (const mode of [0o604, 0o606, 0o620]) {
      await chmod(file, mode)
      await expect(keys.current({ merchant })).rejects.toMatchObject({
        code: 'configuration',
        message: expect.stringMatching(/mode 06[02][046].*chmod 600/),
      })
    }
    await chmod(file, 0o640) // a group may read: that is how secrets are mounted into containers
    await keys.current({ merchant })
  })

  test('that is damaged is refused, and left as it is', async () => {
    await localKeys({ file }).current({ merchant })
    const good = await readFile(file, 'utf8')
    const { version, keys, index } = JSON.parse(good)
    const bad = [
      ['', /is empty/],
      [good.slice(0, good.length / 2), /not complete JSON/],
      ['null', /version/],
      [JSON.stringify({ version: 2, keys, index }), /version other than 1/],
      [JSON.stringify({ version, keys: [], index }), /no keys/],
      [JSON.stringify({ version, keys }), /malformed key at index/],
      [JSON.stringify({ version, index, keys: [{ ...keys[0], key: keys[0].key.slice(4) }] }), /keys\[0\]/],
      [JSON.stringify({ version, index, keys: [{ ...keys[0], id: 'A/B' }] }), /keys\[0\]/],
      [JSON.stringify({ version, index, keys: [keys[0], keys[0]] }), /two keys of one id/],
    ] as const
    for (const [text, message] of bad) {
      await writeFile(file, text)
      const refused = localKeys({ file }).current({ merchant })
      await expect(refused).rejects.toMatchObject({ code: 'configuration', message: expect.stringMatching(message) })
      await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining(keys[0].key.slice(0, 12)) })
      expect(await readFile(file, 'utf8')).toBe(text)
    }
  })

  test('that is a folder, or cannot be made, is a clear error', async () => {
    await mkdir(file)
    await expect(localKeys({ file }).current({ merchant })).rejects.toThrow(/not a regular file/)
    const blocked = join(folder, 'plain', 'keys.json')
    await writeFile(join(folder, 'plain'), '')
    await expect(localKeys({ file: blocked }).current({ merchant })).rejects.toMatchObject({ code: 'configuration' })
  })

  test('that another process made in the meantime is used, not replaced', async () => {
    const theirs = await localKeys({ file: `${file}.theirs` }).current({ merchant })
    // Our own keys are dated after we saw that there is no file, and before we write it: that is when the other one wins.
    const now = () => {
      if (!existsSync(file)) linkSync(`${file}.theirs`, file)
      return 0
    }
    expect(await localKeys({ file, clock: { now } }).current({ merchant })).toEqual(theirs)
    expect((await readdir(folder)).sort()).toEqual(['keys.json', 'keys.json.theirs'])
  })

  test('that several processes want to make at once is one file with one key', async () => {
    const processes = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ['--conditions=@florin/source', '--input-type=module', '-e', CHILD, file], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    )
    await Promise.all(processes.map((child) => once(child, 'message'))) // all of them are up
    const answers = processes.map(async (child) => String((await once(child, 'message'))[0]))
    for (const child of processes) child.send('go')
    const [a, b, c] = await Promise.all(answers)
    expect(a).toMatch(/^lk[0-9a-f]{12}\/mer_1 [0-9a-f]{64}$/)
    expect([b, c]).toEqual([a, a])
    expect(await readdir(folder)).toEqual(['keys.json'])
  })
})

/** Makes or reads the key file when told to, and says which key it got. */
const CHILD = `
  import { localKeys } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
  process.once('message', async () => {
    const { id, key } = await localKeys({ file: process.argv[1] }).current({ merchant: 'mer_1' })
    process.send(id + ' ' + Buffer.from(key).toString('hex'))
    process.disconnect()
  })
  process.send('ready')
`
