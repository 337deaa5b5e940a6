import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { play, type Scene } from './demo/story.ts'

const run = promisify(execFile)
const DEMO = fileURLToPath(new URL('demo.ts', import.meta.url))
const demo = (...more: string[]) => run(process.execPath, ['--conditions=@florin/source', DEMO, ...more])
/** The demo as it was told, also where a check does not hold. */
const told = (...more: string[]) => demo('--json', ...more).catch((error: Awaited<ReturnType<typeof demo>>) => error)

describe('npm run demo', { timeout: 120_000 }, () => {
  it.each([
    ['a file', []],
    ['PostgreSQL', ['--postgres']],
  ])('plays every scene, and every check holds: on %s', async (_, more) => {
    const { stdout, stderr } = await told(...more)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const last = lines.pop()
    expect(lines.filter(({ ok }) => !ok)).toEqual([])
    expect(last).toMatchObject({ ok: true, scenes: lines.length })
    expect(lines.length).toBeGreaterThanOrEqual(10)
    expect(stderr).toBe('')
  })

  it('explains itself, and refuses what it does not know with exit code 2', async () => {
    expect((await demo('--help')).stdout).toContain('--json')
    await expect(demo('--jsno')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--jsno') })
  })
})

describe('a scene', () => {
  const fails = async (scene: Scene<null>) => {
    const told: boolean[] = []
    const ok = await play([scene], null, (one) => void told.push(one.ok))
    return !ok && told[0] === false
  }
  it('fails with a check that does not hold, with an error, and with no check at all', async () => {
    expect(await fails({ title: 'a', play: async (_, { check }) => check('one is two', false, 1) })).toBe(true)
    expect(await fails({ title: 'b', play: () => Promise.reject(new Error('broken')) })).toBe(true)
    expect(await fails({ title: 'c', play: async () => {} })).toBe(true)
  })
})
