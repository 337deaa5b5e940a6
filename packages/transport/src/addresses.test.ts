import { lookup } from 'node:dns/promises'
import { describe, expect, it } from 'vitest'
import { cleanUp, host, REQUEST, to, transport } from '../test/hosts.ts'
import { httpTransport } from './index.ts'

describe('where to', () => {
  it('each account goes to its own host and path, and one without a URL nowhere', async () => {
    const [eu, us] = [await host((_, response) => response.end('eu')), await host((_, response) => response.end('us'))]
    const it = transport({ eu: `${eu.url}/checkout/`, us: us.url })
    expect(await it.send(REQUEST, to('eu'))).toMatchObject({ response: { body: 'eu' } })
    expect(await it.send(REQUEST, to('us'))).toMatchObject({ response: { body: 'us' } })
    for (const account of ['asia', 'constructor', '__proto__', ''])
      expect(await it.send(REQUEST, to(account))).toEqual({
        outcome: 'not_sent',
        fault: 'local',
        reason: 'configuration: there is no baseUrl for this account',
      })
    expect([eu.paths, us.paths]).toEqual([['/checkout/x'], ['/x']])
  })

  it('two accounts on one host share its connections', async () => {
    const server = await host((_, response) => response.end('ok'))
    const it = transport({ a: `${server.url}/a`, b: `${server.url}/b` })
    for (const account of ['a', 'b']) await it.send(REQUEST, to(account))
    expect(server.counts.ever).toBe(1)
    expect(server.paths).toEqual(['/a/x', '/b/x'])
  })

  it('a stored request cannot name another host', async () => {
    const server = await host((_, response) => response.end('ok'))
    const sent = await transport(server.url).send({ ...REQUEST, headers: { Host: 'evil.test' } }, to())
    expect(sent).toEqual({
      outcome: 'not_sent',
      reason: 'the request names a host; that is for baseUrl to do',
      fault: 'local',
    })
    expect(server.paths).toEqual([])
  })

  it('every URL is checked at construction, and named by its account', () => {
    expect(() => httpTransport({ baseUrl: { eu: 'https://eu.test', us: 'http://us.test' } })).toThrow("account 'us'")
    expect(() => httpTransport({ baseUrl: {} })).toThrow('names no account')
    expect(() => httpTransport({ baseUrl: 'https://x.test', connections: 10, connectionsPerHost: 11 })).toThrow('raise')
    const misspelt = { baseUrl: 'https://x.test', conections: 10 }
    expect(() => httpTransport(misspelt)).toThrow("no option 'conections'")
  })

  it('proxies of the environment are not used', async () => {
    const proxy = await host((_, response) => response.end('proxy'))
    const server = await host((_, response) => response.end('direct'))
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'NODE_USE_ENV_PROXY']
    cleanUp(() => {
      for (const name of names) delete process.env[name]
    })
    for (const name of names) process.env[name] = name.startsWith('NODE') ? '1' : proxy.url
    expect(await transport(server.url).send(REQUEST, to())).toMatchObject({ response: { body: 'direct' } })
    expect(proxy.counts.ever).toBe(0)
  })

  it('IPv6 works', async ({ skip }) => {
    const server = await host((_, response) => response.end('six'), '::1').catch(() => skip('no IPv6 on this machine'))
    expect(await transport(server.url).send(REQUEST, to())).toMatchObject({ response: { body: 'six' } })
  })

  it('of a name with two addresses, the one that does not refuse is found', async ({ skip }) => {
    const found = await lookup('localhost', { all: true })
    if (new Set(found.map(({ family }) => family)).size < 2) skip('localhost has one address on this machine')
    for (const address of ['127.0.0.1', '::1']) {
      const server = await host((_, response) => response.end(address), address)
      const sent = await transport(server.url.replace(/127.0.0.1|\[::1\]/, 'localhost')).send(REQUEST, to())
      expect(sent).toMatchObject({ response: { body: address } })
    }
  })
})
