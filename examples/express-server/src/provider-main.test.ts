import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readSettings } from './settings.ts'

const MAIN = fileURLToPath(new URL('provider-main.ts', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs it to its end; `after` gets its first output and stops it. */
const run = (args: readonly string[], after?: (out: string) => Promise<void>): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=@florin/source', MAIN, ...args])
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (after !== undefined)
        after(out)
          .catch(reject)
          .finally(() => child.kill('SIGTERM'))
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
    })
    child.on('close', (code) => resolve({ code, out, err }))
  })

describe('npm run provider', { timeout: 30_000 }, () => {
  it('says what is wrong with its command line, with exit code 2', async () => {
    const { code, out, err } = await run(['paypal'])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^which provider\? 'paypal'[\s\S]*npm run provider -- stripe\|adyen/)
  })

  it('says in one line that its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0

    const { code, out, err } = await run(['stripe', '--port', `${port}`])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      new RegExp(`^florin: .*127\\.0\\.0\\.1:${port}; is the port taken\\? Choose another with --port.*\n$`),
    )
    taken.close()
  })

  it.concurrent.each(['stripe', 'adyen'] as const)(
    'gives what the example server needs for %s, answers, and stops on a signal',
    async (provider) => {
      const { code, err } = await run([provider, '--port', '0', '--json'], async (out) => {
        const settings = readSettings(JSON.parse(out) as Record<string, string>, '/')
        const { baseUrl = '' } = settings.providers[provider] ?? {}
        const { status } = await fetch(`${baseUrl}/payments`)
        expect(status).toBeGreaterThanOrEqual(400)
        expect(status).toBeLessThan(500)
      })
      expect({ code, err }).toEqual({ code: 0, err: '' })
    },
  )
})
