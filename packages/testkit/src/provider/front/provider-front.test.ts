import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type ProviderFront, startProviderFront } from './provider-front.ts'

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
})

/** A provider that notes what it was asked to do. */
const start = async () => {
  const done: string[] = []
  const server = createServer((request, response) => {
    request.setEncoding('utf8')
    let body = ''
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      done.push(`${request.method} ${request.url} ${body}`)
      response.writeHead(201, { 'content-type': 'text/plain', 'x-own': 'yes' }).end(`did ${body}`)
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const front = await startProviderFront(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v71`)
  ended.push(
    () => front.close(),
    () => void server.close(),
  )
  return { front, done }
}

/** What somebody gets who asks and waits `mostMs`. */
const ask = async ({ url }: ProviderFront, body: string, mostMs = 5_000): Promise<string> => {
  try {
    const response = await fetch(`${url}/pay`, { method: 'POST', body, signal: AbortSignal.timeout(mostMs) })
    return `${response.status} ${(await response.text()).replace(/<[^>]*>/g, '')}`
  } catch (error) {
    const { name, cause } = error as Error
    const code = String((cause as NodeJS.ErrnoException | undefined)?.code)
    return name === 'TimeoutError' ? 'nothing' : code.replace('UND_ERR_SOCKET', 'ECONNRESET')
  }
}

describe('a provider’s front', () => {
  it('hands on what is asked and what is answered, under the same path', async () => {
    const { front, done } = await start()
    expect(front.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v71$/)
    const response = await fetch(`${front.url}/pay?a=1`, { method: 'POST', body: 'one' })
    expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([201, 'yes', 'did one'])
    expect(done).toEqual(['POST /v71/pay?a=1 one'])
  })

  it.each([
    ['reset_before', 'ECONNRESET', 0],
    ['reset_after', 'ECONNRESET', 1],
    ['silent_after', 'nothing', 1],
    ['error_before', '500 500 Internal Server Error', 0],
    ['error_after', '500 500 Internal Server Error', 1],
    ['slow', '201 did it', 1],
  ] as const)('%s: the shop gets %s, and %i was done; afterwards it is well', async (trouble, gets, times) => {
    const { front, done } = await start()
    await front.set(trouble, 60)
    expect(await ask(front, 'it', 200)).toBe(gets)
    expect(done).toHaveLength(times)
    await front.set('none')
    expect(await ask(front, 'more')).toBe('201 did more')
  })

  it('answers late where it is slow', async () => {
    const { front } = await start()
    await front.set('slow', 150)
    const asked = performance.now()
    await ask(front, 'it')
    expect(performance.now() - asked).toBeGreaterThan(140)
  })

  it('refuses connections, and listens on the same port when that is over', async () => {
    const { front, done } = await start()
    await front.set('refuse')
    expect(await ask(front, 'it')).toBe('ECONNREFUSED')
    await front.set('refuse')
    await front.set('none')
    expect([await ask(front, 'it'), done.length]).toEqual(['201 did it', 1])
  })

  it('does what it was asked while it hung when it wakes up, in that order, for those also who have left', async () => {
    const { front, done } = await start()
    await front.set('hang')
    expect(await ask(front, 'first', 100)).toBe('nothing')
    const second = ask(front, 'second')
    await expect.poll(() => front.requests).toBe(2)
    expect(done).toEqual([])
    await front.set('none')
    expect([await second, done]).toEqual(['201 did second', ['POST /v71/pay first', 'POST /v71/pay second']])
  })

  it('loses what it was asked while it hung when it is stopped', async () => {
    const { front, done } = await start()
    await front.set('hang')
    const asked = ask(front, 'it')
    await expect.poll(() => front.requests).toBe(1)
    await front.set('refuse')
    expect(await asked).toBe('ECONNRESET')
    await front.set('none')
    await pause(50)
    expect(done).toEqual([])
  })

  it('says so where its port was taken meanwhile', async () => {
    const { front } = await start()
    await front.set('refuse')
    const other = createTcpServer()
    ended.push(() => void other.close())
    await new Promise<void>((resolve) => void other.listen(Number(new URL(front.url).port), '127.0.0.1', resolve))
    await expect(front.set('none')).rejects.toThrow(/cannot listen on 127\.0\.0\.1:\d+; is the port taken/)
  })
})
