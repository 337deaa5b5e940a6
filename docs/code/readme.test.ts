import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/<!-- code: (\S+) -->\n```ts\n([\s\S]*?)```/g)]
const source = ['--conditions=@florin/source']
const folder = mkdtempSync(join(tmpdir(), 'florin-readme-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const untilUp = async (url: string, child: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the quick start did not come up')
}

describe('the README', () => {
  it('shows the code that is compiled and run here', () => {
    expect(blocks.map(([, file]) => file)).toEqual(['docs/code/server.ts', 'docs/code/memory.ts'])
    for (const [, file = '', shown] of blocks) expect(shown).toBe(readFileSync(join(root, file), 'utf8'))
  })

  it('prints what its comments say, without a server or a file', () => {
    const file = join(root, 'docs/code/memory.ts')
    const printed = execFileSync(process.execPath, [...source, file], { cwd: folder, encoding: 'utf8' })
    const said = [...readFileSync(file, 'utf8').matchAll(/console\.log\(.*\) \/\/ (.+)$/gm)].map(([, text]) => text)
    expect(printed.trim().split('\n')).toEqual(said)
  })

  it('takes the payment of its curl lines on the server that it shows', { timeout: 30_000 }, async () => {
    const port = await freePort()
    const env = { ...process.env, PORT: String(port) }
    const child = spawn(process.execPath, [...source, join(root, 'docs/code/server.ts')], {
      cwd: folder,
      env,
      stdio: 'ignore',
    })
    try {
      await untilUp(`http://127.0.0.1:${port}/health`, child)
      const [, lines = ''] = /```sh\n(curl[\s\S]*?)```/.exec(readme) ?? []
      const command = lines.replaceAll('localhost:3000', `127.0.0.1:${port}`)
      const first = execFileSync('bash', ['-c', command], { encoding: 'utf8' })
      expect(JSON.parse(first)).toMatchObject({ status: 'succeeded', amount: '49.90', captured: '49.90' })
      expect(execFileSync('bash', ['-c', command], { encoding: 'utf8' })).toBe(first)
    } finally {
      child.kill()
    }
  })
})
