import { readFileSync } from 'node:fs'
import { testMethodNames } from '@florin/testkit/stripe'
import { expect, test } from 'vitest'
import { DECLINE_CODES } from '../src/declines/table.ts'
import { REDIRECT_BRANDS } from '../src/request/method.ts'

const guide = readFileSync(new URL('../../../docs/stripe.md', import.meta.url), 'utf8')

test('the guide has every decline code in the row of its class', () => {
  for (const [code, { class: of }] of Object.entries(DECLINE_CODES)) {
    const row = guide.split('\n').find((line) => line.startsWith(`| ${of} |`))
    expect(row).toContain(`\`${code}\``)
  }
})

test('the guide’s test cards are ones that the double has', () => {
  const cards = [...guide.matchAll(/`pm_card_(\w+)`/g)].map(([, name]) => name)
  expect(cards.length).toBeGreaterThan(10)
  expect(cards.filter((name) => !testMethodNames().includes(name ?? ''))).toEqual([])
})

test('the guide’s redirects are ones that the adapter takes', () => {
  for (const [, brand] of guide.matchAll(/brand: '(\w+)'/g)) expect(REDIRECT_BRANDS).toContain(brand)
})
