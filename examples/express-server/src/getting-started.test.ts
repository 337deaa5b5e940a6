import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFolders, startTestServer, type TestServer } from './test-server.ts'

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')

interface Step {
  readonly command: string
  /** What the page shows of the answer. */
  readonly shows: unknown
}

const GUIDE = read('docs/getting-started.md')
const STEPS = [...GUIDE.matchAll(/```sh\n([\s\S]*?)```\n[\s\S]*?```json\n([\s\S]*?)```/g)].map(
  ([, command = '', shows = '']): Step => ({ command, shows: JSON.parse(shows) }),
)

const missing = ['bash', 'curl'].filter((tool) => spawnSync(tool, ['--version']).status !== 0)
const folders = createFolders()
afterAll(folders.remove)

describe('the getting-started guide', () => {
  it('shows an answer to every command, and the README’s first payment is the guide’s', () => {
    expect(STEPS.length).toBeGreaterThanOrEqual(10)
    expect(GUIDE.match(/```sh\n/g)?.length).toBe(STEPS.length)
    expect(read('README.md')).toContain(STEPS[0]?.command)
  })

  it('names every variable that the server reads', () => {
    const source = ['settings', 'provider-settings']
      .map((file) => read(`examples/express-server/src/${file}.ts`))
      .join()
    const names = new Set([...source.matchAll(/\benv, '([A-Z_]+)'/g)].map(([, name]) => name))
    expect(names.size).toBeGreaterThanOrEqual(12)
    for (const name of names) expect(GUIDE).toContain(`\`${name}\``)
  })

  describe.skipIf(missing.length > 0)(
    `run line by line${missing.length > 0 ? ` (skipped: there is no ${missing.join(', no ')} here)` : ''}`,
    () => {
      let server: TestServer
      beforeAll(async () => {
        server = await startTestServer(folders.make())
      })
      afterAll(() => server.stop())

      it('gives the answers that it shows', { timeout: 30_000 }, async () => {
        // One shell for all of them, for later commands use what earlier ones kept.
        const script = STEPS.map(({ command }) => `${command}\nprintf '\\n'\n`).join('')
        const run = promisify(execFile)
        const { stdout } = await run('bash', ['-euc', script.replaceAll('localhost:3000', new URL(server.url).host)])
        const answers = stdout.trimEnd().split('\n')
        expect(answers).toHaveLength(STEPS.length)
        for (const [index, { command, shows }] of STEPS.entries())
          expect(JSON.parse(answers[index] ?? ''), command).toMatchObject(shows as object)
        expect(server.errors).toEqual([])
      })
    },
  )
})
