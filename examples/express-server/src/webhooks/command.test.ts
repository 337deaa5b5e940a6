import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import type { RawDelivery } from '@florin/core/gateways'
import { memoryStorage } from '@florin/core/memory'
import { createAcquirer, sandbox } from '@florin/testkit'
import { expect, test } from 'vitest'
import { HELP, readCommand, runCommand } from './command.ts'

const setUp = async () => {
  const acquirer = createAcquirer()
  let blind = true
  const gateway = sandbox({ acquirer })
  const florin = await createFlorin({
    storage: memoryStorage(),
    keys: ephemeralKeys(systemRuntime().random),
    onError: () => {},
    gateways: { sandbox: { ...gateway, parse: (body, account) => (blind ? [] : gateway.parse(body, account)) } },
  })
  const mail = Promise.withResolvers<RawDelivery>()
  acquirer.onWebhook((delivery) => mail.resolve(delivery))
  const method = { type: 'bank_transfer', token: 'tok_pending' } as const
  const { id } = await florin.payments.create({ reference: 'order-1', amount: '49.90', currency: 'EUR', method })
  acquirer.settlePending(acquirer.books().charges[0]?.id ?? '', 'approve')
  const delivery = { gateway: 'sandbox', ...(await mail.promise) }
  await florin.webhooks.receive(delivery)
  await expect.poll(async () => (await florin.webhooks.list({ state: 'processed' })).data.length).toBe(1)
  const run = async (...argv: string[]) => {
    const lines: string[] = []
    const bytes: Uint8Array[] = []
    const out = { line: (text: string) => void lines.push(text), bytes: (body: Uint8Array) => void bytes.push(body) }
    const code = await runCommand(florin, readCommand(argv), out)
    return { code, text: lines.join('\n'), body: Buffer.concat(bytes) }
  }
  const see = (): void => {
    blind = false
  }
  return { florin, run, see, id, delivery }
}

test('an operator lists, shows, replays and redrives what was received', async () => {
  const { florin, run, see, id, delivery } = await setUp()
  const listed = await run('list', 'processed')
  const [delivered = ''] = listed.text.match(/whd_\w+/) ?? []
  expect(listed.text).toContain('sandbox/default')
  expect(JSON.parse((await run('list', 'processed', '--json')).text).data).toMatchObject([{ id: delivered }])
  expect((await run('counts')).text).toMatch(/dead\s+0/)
  expect(JSON.parse((await run('show', delivered)).text)).toMatchObject({ id: delivered, facts: [] })
  expect((await run('body', delivered)).body).toEqual(Buffer.from(delivery.body))
  see()
  const time = ['--from', '2020-01-01T00:00:00Z', '--to', '2120-01-01T00:00:00Z']
  expect(await run('replay', ...time, '--dry-run')).toMatchObject({
    code: 0,
    text: expect.stringContaining('1 applied'),
  })
  expect((await florin.payments.get(id)).status).toBe('processing')
  expect((await run('redrive', delivered)).text).toContain('1 applied')
  expect((await florin.payments.get(id)).status).toBe('succeeded')
  expect((await run('replay', ...time)).text).toContain('1 unchanged')
  expect((await run('redrive', 'dead', '--limit', '5')).text).toContain('0 seen')
  await florin.close()
})

test('what fails is told by its exit code and its reason', async () => {
  const { florin, run, delivery } = await setUp()
  const forged = { ...delivery, body: new Uint8Array(Buffer.concat([delivery.body, Buffer.from(' ')])) }
  await florin.webhooks.receive(forged).catch(() => {})
  await expect.poll(async () => (await florin.webhooks.list({ state: 'rejected' })).data.length).toBe(1)
  const { code, text } = await run('redrive', 'rejected')
  expect(code).toBe(1)
  expect(text).toMatch(/1 failed\n {2}whd_\w+ {2}webhook_rejected: /)
  await florin.close()
})

test.each([
  [[], 'a command is missing'],
  [['purge'], "there is no command 'purge'"],
  [['list'], 'the state to list is missing'],
  [['replay', '--from', '2026-01-01T00:00:00Z'], '--to is missing'],
])('%j is refused: %s', async (argv, why) => {
  const { florin, run } = await setUp()
  await expect(run(...argv)).rejects.toThrow(why)
  await florin.close()
})

test('an unknown option is refused, and every command has its line in the help', () => {
  expect(() => readCommand(['list', '--sudo'])).toThrow('--sudo')
  for (const verb of ['counts', 'list', 'show', 'body', 'redrive', 'replay']) expect(HELP).toContain(`\n  ${verb} `)
})
