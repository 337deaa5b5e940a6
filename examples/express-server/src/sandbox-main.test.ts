import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createFolders, startTestServer } from './test-server.ts'

const folders = createFolders()
afterAll(folders.remove)

const MAIN = fileURLToPath(new URL('sandbox-main.ts', import.meta.url))
const SECRET = 'a webhook secret of this test'
const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

const start = (env: Readonly<Record<string, string>>): Promise<{ url: string; child: ChildProcess }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=@florin/source', MAIN], { env: { ...process.env, ...env } })
    running.push(child)
    let said = ''
    const listen = (chunk: Buffer): void => {
      said += chunk.toString()
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]
      if (url !== undefined) resolve({ url, child })
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('exit', () => reject(new Error(said)))
  })

const gone = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('exit', resolve))

describe('the sandbox as a program of its own', { timeout: 30_000 }, () => {
  it('serves an example that finds it by SANDBOX_URL, and remembers through kill -9', async () => {
    const folder = folders.make()
    const journal = join(folder, 'sandbox.jsonl')
    const env = { SANDBOX_JOURNAL: journal, SANDBOX_WEBHOOK_SECRET: SECRET }
    const first = await start({ ...env, SANDBOX_PORT: '0' })
    const server = await startTestServer(folder, { SANDBOX_URL: first.url, SANDBOX_WEBHOOK_SECRET: SECRET })
    const method = { type: 'card', token: 'tok_approve' }
    const { body } = await server.api.create({ reference: 'a', amount: '49.90', currency: 'EUR', method })
    expect(body.status).toBe('succeeded')
    first.child.kill('SIGKILL')
    await gone(first.child)
    await start({ ...env, SANDBOX_PORT: new URL(first.url).port })
    expect((await server.api.act(body.id, 'refunds', {})).body).toMatchObject({ refunded: '49.90' })
    await server.stop()
  })

  it('sends its webhooks where it is told, signed', async () => {
    const server = await startTestServer(folders.make(), {
      SANDBOX_URL: 'http://127.0.0.1:9', // set below, when its port is known
      SANDBOX_WEBHOOK_SECRET: SECRET,
    })
    const sandbox = await start({
      SANDBOX_PORT: '0',
      SANDBOX_PENDING_MS: '300',
      SANDBOX_WEBHOOK_SECRET: SECRET,
      SANDBOX_WEBHOOK_URL: `${server.url}/v1/webhooks/sandbox/default`,
    })
    await server.stop()
    const again = await server.again({
      PORT: `${server.example.port}`,
      SANDBOX_URL: sandbox.url,
      FLORIN_RECOVERY_MS: '3600000',
    })
    const method = { type: 'card', token: 'tok_pending' }
    const { body } = await again.api.create({ reference: 'a', amount: '49.90', currency: 'EUR', method })
    expect(body.status).toBe('processing')
    // Recovery does not look for an hour: only a webhook can tell.
    await expect.poll(async () => (await again.api.payment(body.id)).status, { timeout: 5_000 }).toBe('succeeded')
    await again.stop()
  })

  it('says in one line why it does not start', async () => {
    await expect(start({ SANDBOX_PORT: 'x' })).rejects.toThrow(/^florin: SANDBOX_PORT is 'x': give a whole number/)
  })
})
