import { isFlorinError } from '@florin/core/storage'
import { describe, expect, test, vi } from 'vitest'
import { testServer } from '../test/server.ts'
import { type PostgresOptions, postgres } from './index.ts'
import { type ResolvedOptions, resolveOptions } from './options.ts'
import { prepareServer } from './server-checks.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }) // a real server, on whatever machine this is

const URL_ = 'postgres://u:secret@h/d'
const lossy = await testServer({ fsync: 'off' })
const acceptDataLoss = 'acknowledged payments may be lost in a crash'

const told = async (work: () => unknown): Promise<string> => {
  try {
    await work()
    return 'nothing'
  } catch (error) {
    return isFlorinError(error) ? `${error.code}: ${error.message}` : `no FlorinError: ${String(error)}`
  }
}
const openingOf = (options: PostgresOptions) =>
  told(async () => {
    const storage = postgres(options)
    try {
      await storage.migrations.status()
    } finally {
      await storage.close()
    }
  })

describe('options', () => {
  test.each<[string, unknown, RegExp]>([
    ['no URL', {}, /'url' is missing/],
    ['not a URL', 'florin', /'url' is not a URL/],
    ['another scheme', 'mysql://u@h/d', /begins with 'mysql:'/],
    ['no user', 'postgres://h/d', /names no user/],
    ['an unknown parameter', `${URL_}?pool=9`, /parameter 'pool'/],
    ['an unknown option', { url: URL_, pool: 9 }, /unknown option 'pool'/],
    ['too few writers', { url: URL_, writers: 0 }, /'writers' must be a whole number from 1 to 32, not 0/],
    ['a timeout that is no number', { url: URL_, lockTimeoutMs: '5s' }, /'lockTimeoutMs' .* not 5s/],
    ['a schema to quote', { url: URL_, schema: 'My schema' }, /'schema' must be a lower-case name.*'My schema'/],
    ["PostgreSQL's own schema", { url: URL_, schema: 'pg_toast' }, /'schema'/],
    ['an unknown profile', { url: URL_, profile: 'citus' }, /'profile' must be native or portable, not 'citus'/],
    ['loss accepted in other words', { url: URL_, acceptDataLoss: true }, /in as many words/],
    ['replicas that are no list', { url: URL_, replicas: URL_ }, /'replicas' must be a list of at most 16 URLs/],
    ['a replica without a user', { url: URL_, replicas: ['postgres://h'] }, /'replicas\[0\]' names no user/],
    ['the primary as its replica', { url: URL_, replicas: [URL_] }, /names the primary of 'url'/],
    [
      'replicas of who knows what',
      { url: URL_, profile: 'portable', replicas: [`${URL_}2`] },
      /needs profile 'native'/,
    ],
    ['an unknown sslmode', `${URL_}?sslmode=prefer`, /'sslmode' says 'prefer'; there are disable, require/],
    ['a certificate without its key', { url: URL_, tls: { cert: 'x' } }, /go together/],
    ['an empty authority', { url: URL_, tls: { ca: '' } }, /'tls.ca' must be a text/],
    ['an unknown TLS option', { url: URL_, tls: { rejectUnauthorized: 'x' } }, /'tls' has no 'rejectUnauthorized'/],
    ['a long application name', { url: URL_, applicationName: 'ä' }, /'applicationName'/],
  ])('%s is refused by name, without the password', async (_, options, says) => {
    const message = await told(() => postgres(options as PostgresOptions))
    expect(message).toMatch(/^configuration: postgres\(\): /)
    expect(message).toMatch(says)
    expect(message).not.toContain('secret')
  })

  test('what a URL says is taken apart, and encryption is what was asked for', () => {
    const of = (options: string | PostgresOptions): ResolvedOptions => resolveOptions(options)
    expect(of('postgres://u%40x:p%2Fw@[::1]:6432/shop')).toMatchObject({
      ...{ user: 'u@x', password: 'p/w', host: '::1', port: 6432, database: 'shop', tls: false, schema: 'florin' },
    })
    expect(of(`${URL_}?sslmode=require`).tls).toEqual({ rejectUnauthorized: false, servername: 'h' })
    expect(of({ url: `${URL_}?sslmode=disable`, tls: 'verify-full' }).tls).toEqual({
      rejectUnauthorized: true,
      servername: 'h',
    })
    expect(of({ url: URL_, tls: { ca: 'CA', serverName: 'db' } }).tls).toEqual({
      rejectUnauthorized: true,
      servername: 'db',
      ca: 'CA',
    })
    expect(Object.isFrozen(of(URL_))).toBe(true)
  })
})

describe.skipIf(lossy.server === undefined)('a server that would lose what was acknowledged', () => {
  test('is refused by the name of what is off, unless the loss is accepted in as many words', async () => {
    const said = await openingOf({ url: lossy.url })
    expect(said).toMatch(
      /^configuration: PostgreSQL at .* has fsync off, so that a crash loses .*acceptDataLoss: 'acknowledged/,
    )
    expect(await openingOf({ url: lossy.url, acceptDataLoss })).toBe('nothing')
    await lossy.sql('alter role postgres set synchronous_commit to off')
    expect(await openingOf({ url: lossy.url })).toContain('has fsync and synchronous_commit off')
    await lossy.sql('alter role postgres reset synchronous_commit')
  })

  test('a database whose text is not UTF-8 is refused', async () => {
    await lossy.sql(`create database ascii encoding 'SQL_ASCII' template template0`)
    const url = new URL(lossy.url)
    url.pathname = '/ascii'
    expect(await openingOf({ url: url.href, acceptDataLoss })).toMatch(/^configuration: .*SQL_ASCII.*needs UTF8/)
  })

  test('a database that is not there, a wrong port and a name nobody knows are told apart', async () => {
    const at = (change: (url: URL) => void): string => {
      const url = new URL(lossy.url)
      change(url)
      return url.href
    }
    expect(await openingOf({ url: at((url) => (url.pathname = '/nowhere')) })).toMatch(
      /^configuration: .*create the database/,
    )
    expect(await openingOf({ url: at((url) => (url.port = '1')) })).toMatch(
      /^storage_unavailable: .*takes no connections/,
    )
    expect(await openingOf({ url: at((url) => (url.hostname = 'florin.invalid')) })).toMatch(/cannot be resolved/)
    expect(await openingOf({ url: lossy.url, tls: 'require' })).toMatch(/^storage_unavailable: .*does not offer TLS/)
  })
})

const answering = (...row: (string | null)[]) => ({ query: async () => ({ rows: [row] }) })
const GOOD = ['150004', 'f', 'on', 'on', 'on', 'UTF8', 'off'] as const

describe('what a server says of itself', () => {
  const options = resolveOptions(URL_)
  const check = (...row: (string | null)[]) => told(() => prepareServer(answering(...row), options))

  test('the oldest version that is promised will do, and the one before is named', async () => {
    expect(await check(...GOOD)).toBe('nothing')
    expect(await check('140011', ...GOOD.slice(1))).toMatch(
      /^configuration: .* is PostgreSQL 14, and Florin needs 15 or newer/,
    )
  })

  test('a standby is refused, for it takes no writes', async () => {
    expect(await check('180004', 't', ...GOOD.slice(2))).toMatch(
      /^storage_unavailable: .*it is a standby.*name the primary/,
    )
  })

  test('a database that lacks the settings altogether is taken at its word', async () => {
    expect(await check(null, 'f', null, null, null, null, null)).toBe('nothing')
  })
})
