import type { StatementReader } from '@florin/core/statements'
import { describe, expect, test } from 'vitest'
import { AT, FILE, serve, setUp, until } from '../test/ingesting.ts'
import { lineReader } from '../test/line-reader.ts'

/** Reads every byte, keeps none, and then gives a line whose text tells how many there were. */
const counting: StatementReader = {
  format: 'test.counting',
  async *read(bytes) {
    let size = 0n
    for await (const part of bytes) size += BigInt(part.length)
    const references = { attempt: null, gatewayId: 'ch_1', parentGatewayId: null, batch: null, endToEnd: null }
    const money = { currency: 'EUR', gross: size, fee: 0n, net: size, presentment: null }
    const when = { occurredAt: 1_000, valueAt: 1_000 }
    yield [{ is: 'line', line: 1, id: 'l1', kind: 'capture', ...money, ...when, references, text: '' }]
  },
}

describe('over a wire', () => {
  test('a long file is never in memory, and a client that hangs up half-way leaves nothing behind', async () => {
    const world = await setUp({ counting }, { maxFilesAtOnce: 1 })
    const { open } = await serve(world)
    const at = AT.replace('lines', 'counting')
    const piece = Buffer.alloc(1_048_576, 'x')

    const broken = open(at).on('error', () => {})
    for (let count = 0; count < 8; count += 1) await new Promise((resolve) => broken.write(piece, resolve))
    broken.destroy()
    await until(async () => (await world.send(AT)).status === 200) // its place is free again
    expect(await world.runs()).toMatchObject([{ format: lineReader.format }])

    const base = process.memoryUsage().arrayBuffers
    let peak = 0
    const pieces = 240
    const told = await new Promise<string>((resolve, reject) => {
      const request = open(at).on('error', reject)
      request.on('response', (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve(text))
      })
      const pump = async (): Promise<void> => {
        for (let count = 0; count < pieces; count += 1) {
          if (!request.write(piece)) await new Promise((drained) => request.once('drain', drained))
          peak = Math.max(peak, process.memoryUsage().arrayBuffers - base)
        }
        request.end()
      }
      pump().catch(reject)
    })
    expect(JSON.parse(told)).toMatchObject({ state: 'completed', bytes: pieces * piece.length })
    expect(peak / 1_048_576).toBeLessThan(120) // what is let go is collected when it suits the engine
    expect([await world.files(), world.errors]).toEqual([[], []])
  }, 30_000)

  test('a client that hangs up once its file is here misses the answer, and nothing else', async () => {
    let release = (): void => {}
    let begun = false
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const slow: StatementReader = {
      format: 'test.slow',
      async *read(bytes) {
        begun = true
        await gate
        yield* lineReader.read(bytes)
      },
    }
    const world = await setUp({ slow })
    const { open } = await serve(world)
    const request = open(AT.replace('lines', 'slow')).on('error', () => {})
    request.end(FILE)
    await until(() => begun)
    request.destroy()
    release()
    await until(async () => (await world.runs())[0]?.state === 'completed')
    expect((await world.send(AT.replace('lines', 'slow'))).json.id).toBe((await world.runs())[0]?.id)
  })
})
