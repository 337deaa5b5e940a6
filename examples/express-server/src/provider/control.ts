import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FlorinError, formatAmount, isFlorinError } from '@florin/core'
import { isTrouble, type ProviderCharge, TROUBLES } from '@florin/testkit'
import type { StartedProvider } from './start.ts'

/** Where a person, or a test, breaks a provider and reads its books: a page and three routes, on a port that is never in trouble. */
export interface ProviderControl {
  readonly url: string
  close(): Promise<void>
}

/** A charge as the control tells of it. Amounts are decimal strings. */
export interface ToldCharge {
  readonly id: string
  /** The attempt's id. */
  readonly reference: string
  readonly currency: string
  readonly amount: string
  readonly authorized: string
  readonly captured: string
  readonly refunded: string
  readonly state: ProviderCharge['state']
}

const FILES: Readonly<Record<string, readonly [file: URL, type: string]>> = {
  '/': [new URL('../../provider-page/index.html', import.meta.url), 'text/html; charset=utf-8'],
  '/page.js': [new URL('../../provider-page/page.js', import.meta.url), 'text/javascript; charset=utf-8'],
  '/style.css': [new URL('../../public/style.css', import.meta.url), 'text/css; charset=utf-8'],
  '/florin.svg': [new URL('../../public/florin.svg', import.meta.url), 'image/svg+xml'],
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

const json = (response: ServerResponse, status: number, value: unknown): void =>
  void response.writeHead(status, { ...HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(value))

const told = (charge: ProviderCharge): ToldCharge => {
  const { id, reference, currency, state } = charge
  const show = (minor: bigint): string => formatAmount(minor, currency)
  const { amount, authorized, captured, refunded } = charge
  return {
    ...{ id, reference, currency, state, amount: show(amount) },
    ...{ authorized: show(authorized), captured: show(captured), refunded: show(refunded) },
  }
}

const stateOf = (name: string, { front, double }: StartedProvider) => {
  const books = double.books()
  const totals = [...Map.groupBy(books, ({ currency }) => currency)].map(([currency, charges]) => {
    const sum = (of: (one: ProviderCharge) => bigint): string =>
      formatAmount(
        charges.reduce((total, one) => total + of(one), 0n),
        currency,
      )
    return {
      currency,
      held: sum(({ authorized, captured }) => authorized - captured),
      captured: sum(({ captured }) => captured),
      refunded: sum(({ refunded }) => refunded),
    }
  })
  const { url, trouble, requests } = front
  return {
    provider: name,
    url,
    process: process.pid,
    trouble,
    troubles: TROUBLES,
    requests,
    charges: books.length,
    totals,
  }
}

const BODY_MAX = 10_000

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > BODY_MAX) break
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new FlorinError('invalid_request', 'the body is no JSON')
  }
}

const setTrouble = async ({ front }: StartedProvider, request: IncomingMessage): Promise<void> => {
  // A page of another origin cannot send this type without leave, which nobody gives it.
  if (request.headers['content-type'] !== 'application/json')
    throw new FlorinError('invalid_request', 'send it as content-type: application/json')
  const body = (await bodyOf(request)) as { readonly trouble?: unknown; readonly slowMs?: unknown }
  const { trouble, slowMs = 3_000 } = body ?? {}
  if (!isTrouble(trouble))
    throw new FlorinError('invalid_request', `trouble is '${trouble}': give one of ${Object.keys(TROUBLES).join(', ')}`)
  if (typeof slowMs !== 'number' || !(slowMs >= 1 && slowMs <= 600_000))
    throw new FlorinError('invalid_request', `slowMs is '${slowMs}': give 1 to 600000 milliseconds`)
  await front.set(trouble, slowMs)
}

const answer = async (name: string, started: StartedProvider, request: IncomingMessage, response: ServerResponse) => {
  const { method, url = '/' } = request
  const file = FILES[url]
  if (method === 'GET' && file !== undefined)
    return void response.writeHead(200, { ...HEADERS, 'content-type': file[1] }).end(await readFile(file[0]))
  if (method === 'GET' && url === '/books') return json(response, 200, { data: started.double.books().map(told) })
  if (method === 'POST' && url === '/trouble') await setTrouble(started, request)
  else if (method !== 'GET' || url !== '/state') return json(response, 404, { detail: `there is no ${method} ${url}` })
  json(response, 200, stateOf(name, started))
}

/** Starts the control of a provider on a loopback port. Rejects with `configuration` where the port is taken. */
export const startControl = async (name: string, started: StartedProvider, port: number): Promise<ProviderControl> => {
  const server = createServer((request, response) => {
    answer(name, started, request, response).catch((error: unknown) => {
      json(response, isFlorinError(error) && error.code === 'invalid_request' ? 400 : 500, {
        detail: isFlorinError(error) ? error.message : String(error),
      })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new FlorinError('configuration', `the control cannot listen on 127.0.0.1:${port}; is the port taken?`, {
          cause,
        }),
      ),
    )
    server.listen(port, '127.0.0.1', () => resolve())
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
