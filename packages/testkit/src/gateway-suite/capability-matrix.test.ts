import type { Capabilities } from '@florin/core/gateways'
import { expect, test } from 'vitest'
import { sandbox } from '../sandbox/index.ts'
import { capabilityMatrix } from './capability-matrix.ts'

const { capabilities } = sandbox()

/** The cells of a line, by its label. */
const lineOf = (matrix: string, label: string): readonly string[] => {
  const line = matrix.split('\n').find((each) => each.startsWith(`| ${label} |`)) ?? ''
  return line
    .split(' | ')
    .slice(1)
    .map((cell) => cell.replace(/ \|$/, ''))
}

const alone = (name: string, changed: Partial<Capabilities>) => ({
  name,
  gateway: { capabilities: { ...capabilities, ...changed } },
})

test('a column for each gateway, in the order given', () => {
  const matrix = capabilityMatrix([
    alone('One', {}),
    alone('Two', { lookupBy: [], webhooks: false, currencies: 'all' }),
  ])
  expect(matrix.split('\n').slice(0, 2)).toEqual(['|  | One | Two |', '|---|---|---|'])
  expect(lineOf(matrix, 'lookup by')).toEqual(['id, reference', '–'])
  expect(lineOf(matrix, 'webhooks')).toEqual(['yes', '–'])
  expect(lineOf(matrix, 'currencies')).toEqual(['30', 'all'])
})

test('methods are named where not all of them can do it', () => {
  const { card, redirect } = capabilities.methods
  const methods = { ...(card && { card }), ...(redirect && { redirect }) }
  const matrix = capabilityMatrix([alone('One', {}), alone('Two', { methods })])
  expect(lineOf(matrix, 'several captures')).toEqual(['cards and wallets', 'card'])
  expect(lineOf(matrix, 'refund')).toEqual(['all', 'all'])
})

test('what a provider grants on request is told from what every account has', () => {
  const { card } = capabilities.methods
  if (card === undefined) throw new Error('the sandbox takes cards')
  const base = alone('One', { methods: { card: { ...card, multiCapture: false } } })
  const matrix = capabilityMatrix([{ ...base, granted: alone('', { methods: { card } }).gateway }])
  expect(lineOf(matrix, 'several captures')).toEqual(['all, on request'])
  expect(lineOf(matrix, 'partial capture')).toEqual(['all'])
})

test('how long keys are kept is said in days or hours', () => {
  const kept = (keyRetentionMs: number) =>
    lineOf(capabilityMatrix([alone('', { keyRetentionMs })]), 'idempotency keys kept')
  expect([0, 3_600_000, 86_400_000, 604_800_000].map((ms) => kept(ms)[0])).toEqual([
    '–',
    '1 hour',
    '24 hours',
    '7 days',
  ])
})
