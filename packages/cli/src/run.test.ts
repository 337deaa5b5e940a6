import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sqlite } from '@florin/storage-sqlite'
import Database from 'better-sqlite3'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, trade } from '../test/shop.ts'
import { run } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'florin-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const florin = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  let [out, err] = ['', '']
  const output = {
    line: (text: string) => {
      out += `${text}\n`
    },
    progress: (text: string) => {
      err += text
    },
    terminal: false,
  }
  return { code: await run(args, env, output), out, err }
}

describe('the florin command', { timeout: 60_000 }, () => {
  it('is a program: it explains itself, and its exit code is the shell’s', () => {
    const main = fileURLToPath(new URL('main.ts', import.meta.url))
    const node = (...args: string[]) =>
      spawnSync(process.execPath, ['--conditions=@florin/source', main, ...args], { encoding: 'utf8', env: {} })
    expect(node('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Exit code 0') })
    expect(node('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+/) })
    expect(node('status')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('which database?') })
    expect(readFileSync(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  })

  it.each([
    [[], 'a command is missing'],
    [['migrat', '--database', 'x.db'], "no command 'migrat'"],
    [['status', 'now', '--database', 'x.db'], "'now' is too much"],
    [['status', '--dry-run', '--database', 'x.db'], '--dry-run belongs to migrate'],
    [['status', '--quiet'], "'--quiet'"],
    [['grants'], '--role'],
    [['grants', '--role', 'a"b'], 'the role must be a name'],
    [['status', '--profile', 'x', '--database', 'x.db'], 'native or portable'],
    [['status', '--database', 'mysql://h/d'], 'not a postgres://'],
    [['status', '--database', 'missing.db'], "'florin migrate' would make it"],
    [['status', '--database', 'x.db', '--schema', 's'], 'no schemas'],
    [['status', '--database', 'postgres://u@h/d', '--schema', 'S'], "'schema' must be"],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, out, err } = await florin(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(message)
  })

  it('takes the database from its environment, and never shows a password', async () => {
    const env = { FLORIN_DATABASE: 'postgres://u:secret@127.0.0.1:1/shop' }
    const { code, out, err } = await florin(['status', '--json'], env)
    expect(code).toBe(3)
    expect(JSON.parse(out)).toMatchObject({ ok: false, code: 'storage_unavailable' })
    expect(out + err).not.toContain('secret')
  })
})

describe('on a SQLite file', { timeout: 60_000 }, () => {
  let file = ''
  let files = 0
  beforeEach(() => {
    files += 1
    file = join(folder, `${files}.db`)
  })

  it('prints what migrating would do, does it once, and says so', async () => {
    const at = ['--database', file]
    expect(await florin(['migrate', '--dry-run', ...at])).toMatchObject({ code: 2 })
    expect(existsSync(file)).toBe(false)
    await sqlite(file).close()
    const planned = await florin(['migrate', '--dry-run', ...at])
    expect(planned).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^begin immediate;\n[\s\S]*create table "payments"[\s\S]*commit;\n$/),
    })
    expect(await florin(['status', ...at])).toMatchObject({
      code: 1,
      out: expect.stringContaining('1 step is missing'),
    })
    expect(await florin(['verify', ...at])).toMatchObject({
      code: 2,
      err: expect.stringContaining("'florin migrate' first"),
    })
    const taken = await florin(['migrate', '--json', ...at])
    expect(JSON.parse(taken.out)).toMatchObject({ ok: true, taken: [{ number: 1, name: 'first' }] })
    expect(await florin(['migrate', ...at])).toMatchObject({ code: 0, out: expect.stringContaining('nothing to do') })
    expect(await florin(['migrate', '--dry-run', ...at])).toMatchObject({ code: 0, out: expect.stringMatching(/^-- /) })
    const { code, out } = await florin(['status', '--json', ...at])
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, ok: true, pending: [], unsealed: 0 })
  })

  it('verifies what was traded, and finds what was changed since', async () => {
    const shop = await openShop(sqlite(file))
    await trade(shop, 'order-1')
    const head = join(folder, `${files}.head`)
    const at = ['--database', file]
    const good = await florin(['verify', '--save-head', head, ...at])
    expect(good.out).toMatch(/✓ chain {5}\d+ events[\s\S]*✓ ledger[\s\S]*✓ payments {2}1 payments/)
    expect(good).toMatchObject({ code: 0, err: '' })
    await trade(shop, 'order-2')
    expect(await florin(['verify', '--expect-head', head, ...at])).toMatchObject({ code: 0 })
    await shop.close()
    const db = new Database(file)
    db.exec("update payments set captured = captured + 1 where reference = 'order-1'")
    db.close()
    const bad = await florin(['verify', ...at])
    expect(bad).toMatchObject({
      code: 1,
      out: expect.stringMatching(/✗ payments[\s\S]*captured is 4991, its attempts say 4990/),
    })
    const asJson = await florin(['verify', '--json', ...at])
    expect({ code: asJson.code, ...JSON.parse(asJson.out) }).toMatchObject({
      code: 1,
      ok: false,
      payments: { problemCount: 2 },
    })
  })

  it('finds a chain that was cut off, by a head that was kept elsewhere', async () => {
    const shop = await openShop(sqlite(file))
    await trade(shop, 'order-1')
    await shop.close()
    const { out } = await florin(['verify', '--json', '--database', file])
    const { chain } = JSON.parse(out)
    const head = join(folder, `${files}.head`)
    writeFileSync(head, JSON.stringify({ ...chain.head, length: chain.head.length + 7 }))
    const cut = await florin(['verify', '--expect-head', head, '--database', file])
    expect(cut).toMatchObject({ code: 1, out: expect.stringContaining('truncated') })
    writeFileSync(head, '{}')
    const none = await florin(['verify', '--expect-head', head, '--database', file])
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('holds no head') })
  })

  it('says that a file is newer, damaged, or not ours: exit codes 1 and 2', async () => {
    await florin(['migrate', '--database', file])
    const db = new Database(file)
    db.exec("insert into florin_migrations values (99, 'later', 0)")
    db.close()
    expect(await florin(['status', '--database', file])).toMatchObject({
      code: 1,
      err: expect.stringContaining('schema 99'),
    })
    writeFileSync(file, 'no database, but long enough to be read as the header of one, which it is not'.repeat(20))
    expect(await florin(['status', '--database', file])).toMatchObject({
      code: 1,
      err: expect.stringContaining('not a SQLite'),
    })
  })
})
