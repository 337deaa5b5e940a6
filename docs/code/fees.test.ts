import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { agree } from './fees.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the guide to fees shows the code that is compiled and run here', () => {
  const [, shown] = /<!-- code: docs\/code\/fees\.ts -->\n```ts\n([\s\S]*?)```/.exec(text('../fees.md')) ?? []
  expect(shown).toBe(text('fees.ts'))
})

it('which agrees on a schedule, explains a fee, and changes it ahead', async () => {
  const { quote, booked, next } = await agree()
  expect(quote).toMatchObject({ fee: '1.20', rule: 'all', schedule: 1 })
  expect(booked).toMatchObject({ fee: '1.20', bookings: [{ rule: 'all', schedule: 1 }] })
  expect(next).toMatchObject({ version: 2 })
})
