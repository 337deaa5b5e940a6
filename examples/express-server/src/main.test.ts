import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { createFolders } from './test-server.ts'

const folders = createFolders()
afterAll(folders.remove)

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const ARGUMENTS = ['--conditions=@florin/source', MAIN]

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

interface Started {
  readonly ended: Promise<Ended>
  /** Resolves with the first line that has this in it. */
  said(text: string): Promise<string>
  signal(name: NodeJS.Signals): void
}

const start = (folder: string, env: Readonly<Record<string, string>>, uid?: number): Started => {
  const child = spawn(process.execPath, ARGUMENTS, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', PORT: '0', ...env },
    ...(uid !== undefined && { uid, gid: uid }),
  })
  let out = ''
  let err = ''
  const waiting: (() => void)[] = []
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    for (const look of waiting) look()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }))
  })
  return {
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const line = out.split('\n').find((one) => one.includes(text))
          if (line !== undefined) resolve(line)
        }
        waiting.push(look)
        ended.then(() => reject(new Error(`it ended: ${err}`)))
        look()
      }),
    signal: (name) => void child.kill(name),
  }
}

/** One line on stderr, and nothing on stdout: what a person sees whose server did not start. */
const refusal = async (started: Started): Promise<string> => {
  const { code, out, err } = await started.ended
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err.trimEnd().split('\n')).toHaveLength(1)
  return err
}

// Root may write anywhere, so root tries as somebody else, if that one can read this checkout.
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
const canRead = (): boolean =>
  spawnSync(process.execPath, ['-e', `require('fs').readFileSync(${JSON.stringify(MAIN)})`], { uid: NOBODY }).status ===
  0
const bound = !isRoot || canRead()
const own = (path: string): void => {
  if (isRoot) chownSync(path, NOBODY, NOBODY)
}
const user = isRoot ? NOBODY : undefined

describe('npm start', { timeout: 60_000 }, () => {
  it('says where it is, works, and stops on a signal', async () => {
    const folder = folders.make()
    const server = start(folder, {})
    const url = /http:\S+/.exec(await server.said('Florin is ready at'))?.[0] ?? ''
    expect((await fetch(`${url}/health`)).status).toBe(200)
    expect(readdirSync(join(folder, '.florin')).sort()).toEqual(expect.arrayContaining(['florin.db']))
    server.signal('SIGTERM')
    const { code, err } = await server.ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(readdirSync(join(folder, '.florin'))).not.toContain('florin.db-wal') // closed, not dropped
  })

  it('says which port is taken and what to do, and touches no file', async () => {
    const folder = folders.make()
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const message = await refusal(start(folder, { PORT: `${port}` }))
    expect(message).toContain(`port ${port} on 127.0.0.1 is taken by another program: end that, or choose another port`)
    expect(readdirSync(folder)).toEqual([])
    taken.close()
  })

  it('refuses a database that is none, and leaves it as it is', async () => {
    const folder = folders.make()
    const file = join(folder, 'shop.db')
    writeFileSync(
      file,
      'these are my notes, not a database, and they are long enough for a header of one hundred bytes or more ...',
    )
    const before = readFileSync(file)
    const message = await refusal(start(folder, { FLORIN_DB: 'shop.db' }))
    expect(message).toContain(`${file} is not a SQLite database`)
    expect(readFileSync(file)).toEqual(before)
    expect(existsSync(`${file}.keys.json`)).toBe(false)
  })

  it('refuses a database in a folder that is not there', async () => {
    const folder = folders.make()
    const message = await refusal(start(folder, { FLORIN_DB: 'no/such/shop.db' }))
    expect(message).toContain(join(folder, 'no/such'))
  })

  it('says where it cannot make its folder', async () => {
    const folder = folders.make()
    writeFileSync(join(folder, '.florin'), 'a file is in the way')
    expect(await refusal(start(folder, {}))).toContain(`the folder ${join(folder, '.florin')} cannot be made (EEXIST)`)
  })

  it('refuses a folder in place of a database', async () => {
    const folder = folders.make()
    mkdirSync(join(folder, 'shop.db'))
    expect(await refusal(start(folder, { FLORIN_DB: 'shop.db' }))).toContain('shop.db')
  })

  it.skipIf(!bound)(
    'refuses a database that it may not write (skipped: only where root cannot lend this checkout to another user)',
    async () => {
      const folder = folders.make()
      const first = start(folder, { FLORIN_DB: 'shop.db' })
      await first.said('ready')
      first.signal('SIGTERM')
      await first.ended
      const file = join(folder, 'shop.db')
      for (const name of readdirSync(folder)) own(join(folder, name))
      own(folder)
      chmodSync(file, 0o444)
      const message = await refusal(start(folder, { FLORIN_DB: 'shop.db' }, user))
      expect(message).toMatch(/shop\.db.*(?:cannot be written|cannot be opened).*write permission/)
    },
  )

  it.each([
    [{ API_KEYS: 'demo' }, 'API_KEYS: entry 1'],
    [{ API_KEYS: 'secret:shop' }, "'shop' in entry 1 is no merchant"],
    [{ PORT: 'http' }, "PORT is 'http'"],
    [{ SANDBOX_URL: 'localhost' }, "SANDBOX_URL is 'localhost'"],
    [{ HOST: '203.0.113.7' }, "HOST is '203.0.113.7', which is no address of this machine"],
  ])('refuses %j', async (env, message) => {
    const said = await refusal(start(folders.make(), env))
    expect(said).toContain(message)
    expect(said).not.toContain('secret')
  })
})
