import { spawn } from 'node:child_process'
import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { createApiClient } from './api-client.ts'
import { createFolders } from './test-server.ts'

const folders = createFolders()
afterAll(folders.remove)

const MAIN = fileURLToPath(new URL('postgres-main.ts', import.meta.url))

/** Starts the program in `folder`; gives where it is, once it is ready. */
const start = async (folder: string) => {
  const child = spawn(process.execPath, ['--conditions=@florin/source', MAIN], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', PORT: '0' },
  })
  let said = ''
  const listen = (chunk: Buffer): void => {
    said += chunk.toString()
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  await expect
    .poll(() => /ready at .*[\s\S]*Ctrl-C/.test(said) || child.exitCode !== null, { timeout: 60_000 })
    .toBe(true)
  const url = /ready at (\S+)/.exec(said)?.[1] ?? ''
  const stop = async (): Promise<number | null> => {
    child.kill('SIGINT')
    return ended
  }
  return { url, greeting: said, stop, api: createApiClient(url, 'demo') }
}

describe('npm run start:postgres', { timeout: 180_000 }, () => {
  it('brings its own PostgreSQL, says so, keeps its payments, and stops it with itself', async () => {
    const folder = folders.make()
    chmodSync(folder, 0o711) // for a server that runs as somebody else
    const first = await start(folder)
    expect(first.greeting).toMatch(/database {5}PostgreSQL, 127\.0\.0\.1:\d+\/postgres/)
    const cards = await (await fetch(`${first.url}/shop/cards`)).json()
    expect(cards).toMatchObject({ storage: 'PostgreSQL' })
    const order = { reference: 'order-1', amount: '49.90', currency: 'EUR' }
    const { body } = await first.api.create({ ...order, method: { type: 'card', token: 'tok_approve' } })
    expect(body.status).toBe('succeeded')
    expect(await first.stop()).toBe(0)
    const data = join(folder, '.florin', 'postgres-data')
    expect(existsSync(join(data, 'postmaster.pid'))).toBe(false) // which a server that was not stopped leaves behind

    const again = await start(folder)
    const refund = await again.api.act(body.id, 'refunds', { amount: '9.90' })
    expect(refund.body).toMatchObject({ reference: 'order-1', refunded: '9.90' })
    expect(await again.stop()).toBe(0)
  })
})
