import { appendFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayRequest } from '@florin/core/gateways'
import { afterAll, describe, expect, it } from 'vitest'
import { createFolders } from '../../test-server.ts'
import { type LastingAcquirer, lastingAcquirer } from './lasting-acquirer.ts'

const folders = createFolders()
afterAll(folders.remove)
const place = (): string => join(folders.make(), 'sandbox.jsonl')

const AUTHORIZATION = 'Bearer sandbox_default'
const OPTIONS = { accounts: { default: 'sandbox_default' }, pendingMs: 200 }
const open = (file: string | null): LastingAcquirer => lastingAcquirer(file, OPTIONS)

const post = (path: string, key: string, body: object): GatewayRequest => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', 'idempotency-key': key },
  body: JSON.stringify(body),
})

const charge = ({ acquirer }: LastingAcquirer, reference: string, token: string, capture = 'manual') =>
  acquirer.handle(
    post('/v1/charges', `key-${reference}`, {
      reference,
      amount: '4990',
      currency: 'EUR',
      capture,
      method: { type: 'card', token },
      return_url: 'http://127.0.0.1/back',
    }),
    AUTHORIZATION,
  ).response

describe('the sandbox’s acquirer', () => {
  it('remembers after a restart, to the id, and goes on where it was', () => {
    const file = place()
    const before = open(file)
    charge(before, 'a', 'tok_approve')
    const { id } = before.acquirer.charge('a') ?? { id: '' }
    before.close()
    const after = open(file)
    expect(after.acquirer.charge('a')).toMatchObject({ id, status: 'authorized' })
    const captured = after.acquirer.handle(
      post(`/v1/charges/${id}/capture`, 'k', { reference: 'b', amount: '4990', final: true }),
      AUTHORIZATION,
    )
    expect(captured.response.status).toBe(200)
    expect(after.acquirer.books().currencies.EUR).toMatchObject({ captured: 4990n, held: 0n })
    after.close()
    const third = open(file)
    expect(third.acquirer.books()).toMatchObject({ charges: [{ id, captured: 4990n }] })
    third.close()
  })

  it('remembers idempotency keys: the same request after a restart is a replay', () => {
    const file = place()
    const before = open(file)
    const first = charge(before, 'a', 'tok_approve')
    before.close()
    const after = open(file)
    expect(charge(after, 'a', 'tok_approve').body).toBe(first.body)
    expect(after.acquirer.effects('a').effects).toBe(1)
    after.close()
  })

  it('remembers an open challenge, and what the buyer answered', () => {
    const file = place()
    const before = open(file)
    charge(before, 'a', 'tok_3ds')
    const { payload } = before.acquirer.challenge('a', 'pass')
    before.close()
    const after = open(file)
    expect(after.acquirer.challenge('a', 'fail').payload).toEqual(payload)
    after.close()
  })

  it('decides what fell due while it was away', async () => {
    const file = place()
    const before = open(file)
    charge(before, 'a', 'tok_pending')
    before.close()
    await pause(250)
    const after = open(file)
    expect(after.acquirer.charge('a')?.status).toBe('authorized')
    after.close()
  })

  it('goes on by itself after a restart', async () => {
    const file = place()
    const before = open(file)
    charge(before, 'a', 'tok_approve', 'automatic') // keeps the settlement clock running
    before.close()
    const after = open(file)
    const heard: string[] = []
    after.acquirer.onWebhook(({ body }) => void heard.push(JSON.parse(Buffer.from(body).toString()).type))
    charge(after, 'b', 'tok_pending')
    await expect.poll(() => heard, { timeout: 3_000 }).toEqual(['charge.authorized'])
    after.close()
  })

  it('forgets the request that a killed process was writing down', () => {
    const file = place()
    const before = open(file)
    charge(before, 'a', 'tok_approve')
    const whole = statSync(file).size
    charge(before, 'b', 'tok_approve')
    before.close()
    truncateSync(file, statSync(file).size - 3)
    const after = open(file)
    expect(after.acquirer.books().charges.map(({ reference }) => reference)).toEqual(['a'])
    expect(statSync(file).size).toBe(whole)
    after.close()
  })

  it('refuses a damaged journal, and leaves it as it is', () => {
    const file = place()
    open(file).close()
    appendFileSync(file, 'not json\n{}\n')
    const before = readFileSync(file)
    expect(() => open(file)).toThrow(/damaged in line 2: restore it, or delete it/)
    expect(readFileSync(file)).toEqual(before)
    expect(existsSync(`${file}.lock`)).toBe(false)
  })

  it('starts anew, and says so, when its journal has grown too large to be replayed', () => {
    const file = place()
    const before = open(file)
    charge(before, 'a', 'tok_approve')
    before.close()
    truncateSync(file, 65 * 1024 * 1024)
    const after = open(file)
    expect(after.notice).toContain(`${file}.old`)
    expect(after.acquirer.books().charges).toEqual([])
    expect(existsSync(`${file}.old`)).toBe(true)
    after.close()
  })

  it('says what is wrong with a place where it cannot write', () => {
    const folder = folders.make()
    expect(() => open(folder)).toThrow(/journal .* cannot be used \(EISDIR\)/)
    expect(() => open(join(folder, 'no', 'such', 'file'))).toThrow(/cannot be made \(ENOENT\)/)
  })

  it('is one process’s at a time', () => {
    const file = place()
    writeFileSync(`${file}.lock`, `${process.ppid}`)
    expect(() => open(file)).toThrow(/in use by process/)
  })

  it('writes down nothing that had no effect: strangers and lookups', () => {
    const file = place()
    const acquirer = open(file)
    const { size } = statSync(file)
    const request = post('/v1/charges', 'k', {})
    expect(acquirer.acquirer.handle(request, 'Bearer wrong').response.status).toBe(401)
    acquirer.acquirer.handle({ method: 'GET', path: '/v1/charges/x', headers: {}, body: null }, AUTHORIZATION)
    expect(statSync(file).size).toBe(size)
    acquirer.close()
  })

  it('keeps nothing without a file', () => {
    const before = open(null)
    charge(before, 'a', 'tok_approve')
    expect(before.acquirer.books().charges).toHaveLength(1)
    before.close()
    expect(open(null).acquirer.books().charges).toEqual([])
  })
})
