import { readFileSync } from 'node:fs'
import { afterEach, expect, it, vi } from 'vitest'
import { transport } from './transport.ts'

afterEach(() => vi.restoreAllMocks())

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the guide to the transport shows the code that is compiled and run here', () => {
  const [, shown] = /<!-- code: docs\/code\/transport\.ts -->\n```ts\n([\s\S]*?)```/.exec(text('../transport.md')) ?? []
  expect(shown).toBe(text('transport.ts'))
})

it('and the line that it says is logged', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const request = { method: 'POST', path: '/charges?expand=card', headers: {}, body: '{"cvc":"123"}' } as const
  const sent = await transport.send(request, { account: 'asia', deadline: Date.now() + 1_000 })
  expect(sent).toMatchObject({ outcome: 'not_sent' })
  const [, shown = ''] = /```json\n([\s\S]*?)```/.exec(text('../transport.md')) ?? []
  const said = JSON.parse(shown) as object
  const [[line], [body]] = log.mock.calls as [[string], [string]]
  expect({ ...JSON.parse(line), durationMs: 0 }).toEqual(said)
  expect(body).toBe('{"cvc":"[redacted]"}')
  await transport.close()
})
