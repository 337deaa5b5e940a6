import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StatementReader } from '@florin/core/statements'
import { describe, expect, test } from 'vitest'
import { AT, FILE, serve, setUp, until } from '../test/ingesting.ts'
import { lineReader } from '../test/line-reader.ts'
import { createWorld, read } from '../test/world.ts'

describe('a file in the body', () => {
  test('is read into the books, and the same file again is the same run', async () => {
    const { send, call, runs, files } = await setUp()
    const first = await send(AT)
    expect([first.status, first.text]).toEqual([200, expect.stringContaining('"reconciliation_run"')])
    expect(first.json).toMatchObject({
      ...{ source: 'gateway/sandbox/default', state: 'completed', bytes: FILE.length },
      counts: { missingHere: 2, malformed: 1 },
      malformed: [{ line: 2 }],
    })
    expect((await send(AT)).json.id).toBe(first.json.id)
    expect(await runs()).toHaveLength(1)
    const breaks = await call('GET', '/v1/reconciliation/breaks?kind=missing_here', { as: 'ops' })
    expect(breaks.json.data).toHaveLength(2)
    expect(await files()).toEqual([])
  })

  test('of a bank, with its tolerances', async () => {
    const { send, florin } = await setUp()
    const at = '/v1/reconciliation/runs?format=lines&bank=giro&onMalformed=report&toleratedAmount=5&toleratedDays=2'
    expect((await send(at)).json).toMatchObject({ source: 'bank/giro', state: 'completed' })
    expect((await florin.reconciliation.runs.list({ source: 'bank/giro' })).data).toHaveLength(1)
  })

  test('with a line that cannot be read is refused whole where its sender says so, with the line', async () => {
    const { send, runs } = await setUp()
    const told = await send(AT.replace('report', 'refuse'))
    expect(told).toMatchObject({ status: 400, json: { code: 'invalid_request' } })
    expect(told.json.detail).toContain('line 2')
    expect(await runs()).toEqual([])
  })

  test.each([
    ['no format', AT.replace('format=lines&', ''), 'format'],
    ['a format that nobody gave a reader for', AT.replace('lines', 'constructor'), 'use one of lines'],
    ['no source', AT.replace('gateway=sandbox&account=default&', ''), 'whose file it is'],
    ['half a source', AT.replace('&account=default', ''), 'whose file it is'],
    ['two sources', `${AT}&bank=giro`, 'of one source'],
    ['no word on what a broken line does', AT.replace('&onMalformed=report', ''), "'report' or 'refuse'"],
    ['a tolerance that is none', `${AT}&toleratedAmount=0.05`, 'minor units'],
    ['days that are none', `${AT}&toleratedDays=1000`, 'toleratedDays'],
    ['a field that there is not', `${AT}&tolerance=1`, 'tolerance'],
    ['an account that is not configured', AT.replace('default', 'nowhere'), 'nowhere'],
  ])('with %s is refused, and says what to do', async (_, at, says) => {
    const { send, runs, files } = await setUp()
    const told = await send(at)
    expect([told.status, told.json.detail]).toEqual([
      expect.toSatisfy((code) => code >= 400 && code < 500),
      expect.stringContaining(says),
    ])
    expect([await runs(), await files()]).toEqual([[], []])
  })

  test('is the body itself: no form, nothing compressed, nothing empty, and no JSON body of another route', async () => {
    const { send } = await setUp()
    const headers = (name: string, value: string) => ({ headers: { 'content-type': 'text/csv', [name]: value } })
    expect((await send(AT, FILE, headers('content-type', 'multipart/form-data; boundary=x'))).status).toBe(415)
    expect((await send(AT, FILE, headers('content-encoding', 'gzip'))).status).toBe(415)
    expect((await send(AT, '')).json.detail).toContain('empty')
    expect((await send(AT, FILE, headers('content-type', 'application/xml'))).status).toBe(200)
  })

  test('is taken from operators only, and where the host reads such files', async () => {
    const { send, runs } = await setUp()
    expect((await send(AT, FILE, { as: 'alice' })).status).toBe(403)
    expect((await send(AT, FILE, { as: null })).status).toBe(401)
    expect(await runs()).toEqual([])
    const { call } = await createWorld()
    const told = await call('POST', AT, { as: 'ops', body: FILE, headers: { 'content-type': 'text/csv' } })
    expect(told).toMatchObject({ status: 404, json: { code: 'not_found' } })
  })

  test('that is too large is refused, whether its length is told or not, and leaves nothing', async () => {
    const world = await setUp({}, { maxFileBytes: 1_000 })
    const { open } = await serve(world)
    const long = 'l,1\n'.repeat(1_000)
    expect((await world.send(AT, long)).status).toBe(413)
    const status = await new Promise((resolve, reject) => {
      const request = open(AT).on('error', reject)
      request.on('response', (response) => resolve(response.resume().statusCode))
      request.write(long.slice(0, 900))
      request.end(long.slice(900))
    })
    expect(status).toBe(413)
    expect([await world.runs(), await world.files()]).toEqual([[], []])
  })

  test('waits in the directory that is configured: where there is none, the operator hears of it, and the client no path', async () => {
    const { send, errors } = await setUp({}, { directory: join(tmpdir(), 'florin-nowhere') })
    const told = await send(AT)
    expect([told.status, told.text.includes('nowhere')]).toEqual([500, false])
    expect(errors).toMatchObject([{ code: 'ENOENT' }])
  })

  test('is told to come later while as many as the host allows are being read', async () => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const slow: StatementReader = {
      format: 'test.slow',
      async *read(bytes) {
        await gate
        yield* lineReader.read(bytes)
      },
    }
    const world = await setUp({ slow }, { maxFilesAtOnce: 1 })
    const first = world.send(AT.replace('lines', 'slow'))
    await new Promise((resolve) => setTimeout(resolve, 20))
    const second = await world.send(AT)
    expect(second).toMatchObject({ status: 503, json: { code: 'overloaded' } })
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
    release()
    expect((await first).status).toBe(200)
    expect((await world.send(AT)).status).toBe(200)
  })

  test('is answered as far as it is where its sender would not wait longer, and goes on', async () => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let fails = false
    const slow: StatementReader = {
      format: 'test.slow',
      async *read(bytes) {
        let first = true
        for await (const items of lineReader.read(bytes))
          for (let at = 0; at < items.length; at += 500) {
            if (!first && at > 1_000) await gate
            if (fails && at > 1_000) throw new Error('the disk was pulled out')
            yield items.slice(at, at + 500)
            first = false
          }
      },
    }
    const world = await setUp({ slow }, { maxFilesAtOnce: 1 })
    const at = AT.replace('lines', 'slow')
    const file = Array.from({ length: 2_500 }, (_, line) => `l${line},100\n`).join('')
    const early = await world.send(`${at}&waitSeconds=0`, file)
    expect([early.status, early.json.state]).toEqual([202, 'running'])
    expect((await world.send(at, file)).status).toBe(503) // its place is taken still
    release()
    const run = async () => (await world.call('GET', `/v1/reconciliation/runs/${early.json.id}`, { as: 'ops' })).json
    await until(async () => (await run()).state === 'completed')
    expect(await run()).toMatchObject({ place: 2_500, counts: { missingHere: 2_500 } })
    expect(await world.send(`${at}&waitSeconds=0`, file)).toMatchObject({ status: 200, json: { id: early.json.id } })

    fails = true
    const broken = await world.send(`${at}&waitSeconds=0`, file.replaceAll('l', 'm'))
    expect(broken.status).toBe(202)
    await until(() => world.errors.length > 0)
    expect(await world.call('GET', `/v1/reconciliation/runs/${broken.json.id}`, { as: 'ops' })).toMatchObject({
      json: { state: 'failed', failure: 'Error' },
    })
    expect((await world.send(`${at}&waitSeconds=60`, '?,?\n'.replace('?', 'x'))).status).toBe(200) // one that is done in time
    expect((await world.send(`${at.replace('report', 'refuse')}&waitSeconds=0`, FILE)).status).toBe(400)
    expect((await world.send(`${at}&waitSeconds=-1`, FILE)).status).toBe(400)
  })

  test('whose reading failed half-way goes on where it was when it is given again', async () => {
    let fails = true
    const brittle: StatementReader = {
      format: 'test.brittle',
      async *read(bytes) {
        for await (const items of lineReader.read(bytes))
          for (let at = 0; at < items.length; at += 500) {
            if (fails && at > 3_000) throw new Error('the disk was pulled out')
            yield items.slice(at, at + 500)
          }
      },
    }
    const world = await setUp({ brittle })
    const file = Array.from({ length: 6_000 }, (_, at) => `l${at},100\n`).join('')
    const pieces = new ReadableStream({
      start(controller) {
        for (let at = 0; at < file.length; at += 9_000) controller.enqueue(Buffer.from(file.slice(at, at + 9_000)))
        controller.close()
      },
    })
    const request = new Request(`http://shop.test${AT.replace('lines', 'brittle')}`, {
      method: 'POST',
      headers: { authorization: 'Bearer ops' },
      body: pieces,
      duplex: 'half',
    } as RequestInit)
    expect((await read(await world.handler(request))).status).toBe(500)
    const [failed] = await world.runs()
    expect(failed).toMatchObject({
      state: 'failed',
      place: expect.toSatisfy((place) => place >= 1_000 && place < 6_000),
    })
    fails = false
    expect((await world.send(AT.replace('lines', 'brittle'), file)).json).toMatchObject({
      ...{ id: failed?.id, state: 'completed', place: 6_000 },
      counts: { missingHere: 6_000, known: 0 },
    })
  })
})
