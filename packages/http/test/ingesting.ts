import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StatementReader } from '@florin/core/statements'
import { onTestFinished } from 'vitest'
import { toNode } from '../src/index.ts'
import { lineReader } from './line-reader.ts'
import { type Ask, ask, createWorld, read } from './world.ts'

/** Two lines, and one that cannot be read. */
export const FILE = 'l1,500\nl2,?\nl3,700\n'
/** Where such a file is sent. */
export const AT = '/v1/reconciliation/runs?format=lines&gateway=sandbox&account=default&onMalformed=report'

/** A world that takes files; `send` gives one as an operator, `files` names those that are on disk. */
export const setUp = async (readers: Readonly<Record<string, StatementReader>> = {}, more: object = {}) => {
  const directory = await mkdtemp(join(tmpdir(), 'florin-ingest-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const reconciliation = { readers: { lines: lineReader, ...readers }, directory, ...more }
  const world = await createWorld({ reconciliation })
  const send = async (at: string, body: Ask['body'] = FILE, given: Ask = {}) =>
    read(await world.handler(ask('POST', at, { as: 'ops', body, headers: { 'content-type': 'text/csv' }, ...given })))
  const runs = async () => (await world.florin.reconciliation.runs.list()).data
  return { ...world, send, runs, files: () => readdir(directory) }
}

/** The same behind a real server; a body is sent piece by piece, and broken off where `pieces` throws. */
export const serve = async ({ handler }: Awaited<ReturnType<typeof setUp>>) => {
  const server = createServer(toNode(handler))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const open = (at: string) =>
    httpRequest({
      port,
      path: at,
      method: 'POST',
      headers: { authorization: 'Bearer ops', 'content-type': 'text/csv' },
    })
  return { url: `http://127.0.0.1:${port}`, open }
}

/** Bounded by the test's own time limit. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2))
}
