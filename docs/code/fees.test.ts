import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { agree, openShop } from './fees.ts'
import { BY_VOLUME } from './fees-volume.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it.each(['fees', 'fees-volume'])('the guide to fees shows the code that is compiled and run here: %s', (name) => {
  const [, shown] =
    new RegExp(`<!-- code: docs/code/${name}\\.ts -->\\n\`\`\`ts\\n([\\s\\S]*?)\`\`\``).exec(text('../fees.md')) ?? []
  expect(shown).toBe(text(`${name}.ts`))
})

it('the schedule by volume says what a capture costs when so much has gone before it', async () => {
  const florin = await openShop()
  await florin.fees.set(BY_VOLUME, { expect: 0 })
  const quote = { amount: '200.00', currency: 'EUR', volume: '49900.00' }
  const { month } = await florin.fees.volume()
  expect(await florin.fees.quote(quote)).toMatchObject({ fee: '3.75', volume: { month, tier: '0.00' } })
  await florin.close()
})

it('which agrees on a schedule, explains a fee, and changes it ahead', async () => {
  const { quote, booked, next } = await agree()
  expect(quote).toMatchObject({ fee: '1.20', rule: 'all', schedule: 1 })
  expect(booked).toMatchObject({ fee: '1.20', bookings: [{ rule: 'all', schedule: 1 }] })
  expect(next).toMatchObject({ version: 2 })
})
