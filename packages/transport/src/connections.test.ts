import type { RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { cleanUp, host, REQUEST, to, transport, turn, until } from '../test/hosts.ts'

/** A small linear congruential generator: the same numbers each time. */
const seeded = (seed: number) => {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

describe('how many', () => {
  it('60 requests at once open 50 sockets to a host, and the others follow on them', async () => {
    const server = await host()
    const it = transport(server.url)
    const sent = Promise.all(Array.from({ length: 60 }, () => it.send(REQUEST, to())))
    await until(() => server.held.length === 50)
    for (let i = 0; i < 20; i++) await turn()
    expect(server.held).toHaveLength(50)
    expect(it.stats()).toEqual({ inFlight: 60, waiting: 10, connections: 50 })
    server.answer()
    await until(() => server.held.length === 10)
    server.answer()
    expect((await sent).every(({ outcome }) => outcome === 'answered')).toBe(true)
    expect(server.counts).toEqual({ most: 50, ever: 50 })
    expect(it.stats()).toMatchObject({ inFlight: 0, waiting: 0 })
  })

  it('three hosts share the 100: the third, who comes last, gets its share as the others get done', async () => {
    const servers = [await host(), await host(), await host()]
    const it = transport(Object.fromEntries(servers.map(({ url }, index) => [`a${index}`, url])))
    const sent: Promise<unknown>[] = []
    for (const account of ['a0', 'a1']) for (let i = 0; i < 100; i++) sent.push(it.send(REQUEST, to(account)))
    await until(() => servers.every((server, index) => index === 2 || server.held.length === 50))
    for (let i = 0; i < 30; i++) sent.push(it.send(REQUEST, to('a2')))
    expect(it.stats()).toEqual({ inFlight: 230, waiting: 130, connections: 100 })
    let done = false
    const all = Promise.all(sent).then((outcomes) => {
      done = true
      return outcomes
    })
    let third = 0
    await until(() => {
      for (const server of servers) server.held.shift()?.()
      third = Math.max(third, servers[2]?.open.size ?? 0)
      expect(it.stats().connections).toBeLessThanOrEqual(100)
      return done
    })
    expect(await all).toHaveLength(230)
    expect(third).toBeGreaterThan(10)
  })

  it('a connection that rests gives way to another host', async () => {
    const [one, two] = [
      await host((_, response) => response.end('one')),
      await host((_, response) => response.end('two')),
    ]
    const it = transport({ one: one.url, two: two.url }, { connections: 1 })
    for (const account of ['one', 'two', 'two', 'one'])
      expect(await it.send(REQUEST, to(account))).toMatchObject({ response: { body: account } })
    expect([one.counts.ever, two.counts.ever]).toEqual([2, 1])
    expect(it.stats().connections).toBe(1)
  })

  it('a host that does not answer leaves the others their connections', async () => {
    const [hung, well] = [await host(), await host((_, response) => response.end('ok'))]
    const it = transport({ hung: hung.url, well: well.url }, { connections: 4, connectionsPerHost: 2 })
    const stuck = Array.from({ length: 10 }, () => it.send(REQUEST, to('hung', 300)))
    const sent = await Promise.all(Array.from({ length: 20 }, () => it.send(REQUEST, to('well'))))
    expect(sent.every(({ outcome }) => outcome === 'answered')).toBe(true)
    const outcomes = (await Promise.all(stuck)).map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome === 'unknown')).toHaveLength(hung.paths.length)
    expect(outcomes.filter((outcome) => outcome === 'not_sent')).toHaveLength(10 - hung.paths.length)
    await until(() => it.stats().inFlight === 0)
  })

  it('what was withdrawn lets go at once, waiting or connecting', async () => {
    const silent = createTcpServer(() => {}) // takes connections and never speaks TLS
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    cleanUp(() => silent.close())
    const it = transport(`https://127.0.0.1:${(silent.address() as AddressInfo).port}`, { connections: 1 })
    const sent = await Promise.all([it.send(REQUEST, to('main', 50)), it.send(REQUEST, to('main', 50))])
    expect(sent.map(({ outcome }) => outcome)).toEqual(['not_sent', 'not_sent'])
    await until(() => it.stats().connections === 0)
    expect(it.stats()).toEqual({ inFlight: 0, waiting: 0, connections: 0 })
  })
})

describe('how long', () => {
  it('a socket beyond its lifetime carries no further request', async () => {
    let now = 1_000_000
    const server = await host((_, response) => response.end('ok'))
    const it = transport(server.url, { clock: { now: () => now } })
    const send = () => it.send(REQUEST, { account: 'main', deadline: now + 20_000 })
    await send()
    now += 299_999
    await send()
    expect(server.counts.ever).toBe(1)
    now += 1
    await send()
    expect(server.counts.ever).toBe(2)
    await until(() => server.open.size === 1)
  })

  it('a socket that grows old at work is not cut, and not used again though others wait for it', async () => {
    let now = 1_000_000
    const server = await host()
    const it = transport(server.url, { clock: { now: () => now }, connections: 1, connectionLifetimeMs: 1_000 })
    const first = it.send(REQUEST, { account: 'main', deadline: now + 20_000 })
    const second = it.send(REQUEST, { account: 'main', deadline: now + 20_000 })
    await until(() => server.held.length === 1)
    now += 5_000
    server.answer()
    expect((await first).outcome).toBe('answered')
    await until(() => server.held.length === 1)
    server.answer()
    expect((await second).outcome).toBe('answered')
    expect(server.counts.ever).toBe(2)
  })

  it('a socket is used again while it is young, unless the host closes it', async () => {
    const server = await host((request, response) => {
      if (request.url === '/close') response.setHeader('connection', 'close')
      response.end('ok')
    })
    const it = transport(server.url)
    for (const path of ['/x', '/x', '/close', '/x']) await it.send({ ...REQUEST, path }, to())
    expect(server.counts.ever).toBe(2)
  })

  it('a surplus in an answer never becomes the answer to the next request', async () => {
    let sockets = 0
    const answer = (body: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    const server = createTcpServer((socket) => {
      sockets += 1
      const nth = sockets
      socket.on('error', () => {})
      socket.on('data', () => socket.write(nth === 1 ? answer('mine') + answer('surplus') : answer('second')))
      cleanUp(() => socket.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanUp(() => server.close())
    const it = transport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 1 })
    expect(await it.send(REQUEST, to())).toMatchObject({ response: { body: 'mine' } })
    expect(await it.send(REQUEST, to())).toMatchObject({ response: { body: 'second' } })
    expect(sockets).toBe(2)
  })
})

describe('whatever goes wrong', () => {
  it('no request is sent twice, none that was not sent arrives, and nothing is held afterwards', async () => {
    const arrived = new Map<string, number>()
    const random = seeded(20_261_121)
    const handler: RequestListener = (request, response) => {
      const id = request.url ?? ''
      arrived.set(id, (arrived.get(id) ?? 0) + 1)
      const fate = random()
      if (fate < 0.1) request.socket.resetAndDestroy()
      else if (fate < 0.2) request.socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ncut')
      else if (fate < 0.3) response.writeHead(200, { connection: 'close' }).end(id)
      else if (fate < 0.9) response.end(id) // and the others are never answered
    }
    const servers = [await host(handler), await host(handler), await host(handler)]
    const it = transport(Object.fromEntries(servers.map(({ url }, index) => [`a${index}`, url])), {
      connections: 7,
      connectionsPerHost: 4,
      connectionLifetimeMs: 5,
    })
    const requests = Array.from({ length: 600 }, (_, index) => ({ id: `/${index}`, account: `a${index % 3}` }))
    const outcomes = await Promise.all(
      requests.map(async ({ id, account }) => {
        const sent = await it.send({ ...REQUEST, path: id }, to(account, 1 + Math.floor(random() * 400)))
        const times = arrived.get(id) ?? 0
        if (sent.outcome === 'answered') expect([sent.response.body, times]).toEqual([id, 1])
        return { id, outcome: sent.outcome }
      }),
    )
    await until(() => it.stats().inFlight === 0)
    expect(it.stats().waiting).toBe(0)
    await it.close()
    expect(it.stats()).toEqual({ inFlight: 0, waiting: 0, connections: 0 })
    for (const { id, outcome } of outcomes)
      expect(arrived.get(id) ?? 0).toBeLessThanOrEqual(outcome === 'not_sent' ? 0 : 1)
    expect(outcomes.some(({ outcome }) => outcome === 'answered')).toBe(true)
  })
})

describe('close', () => {
  it('ends what rests at once, lets what is at work or waits end, and then is done', async () => {
    const server = await host()
    const it = transport(server.url, { connections: 2 })
    const sent = Array.from({ length: 3 }, () => it.send(REQUEST, to()))
    await until(() => server.held.length === 2)
    let closed = false
    const closing = it.close().then(() => {
      closed = true
    })
    server.answer()
    await until(() => server.held.length === 1)
    expect(closed).toBe(false)
    expect(await it.send(REQUEST, to())).toMatchObject({ outcome: 'not_sent' })
    server.answer()
    for (const each of sent) expect((await each).outcome).toBe('answered')
    await closing
    expect(it.stats()).toEqual({ inFlight: 0, waiting: 0, connections: 0 })
    await until(() => server.open.size === 0)
  })

  it('closes idle sockets', async () => {
    const server = await host((_, response) => response.end('ok'))
    const it = transport(server.url)
    await it.send(REQUEST, to())
    await it.close()
    await until(() => server.open.size === 0)
    await it.close()
  })
})
