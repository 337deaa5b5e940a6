import { expect, test } from 'vitest'
import type { BenchResult } from '../storage/result.ts'
import { runSettlementBench } from './run.ts'

test('every merchant is settled, and every statement sums to what it was paid', async () => {
  const results: BenchResult[] = []
  for await (const one of runSettlementBench({ captures: 450 })) results.push(one)
  expect(results.map(({ unit, value }) => [unit, value > 0])).toEqual([
    ['s', true],
    ['MiB', true],
    ['statements', true],
  ])
  expect(results.at(-1)).toMatchObject({ value: 5, baseline: 5, ratio: 1 })
})
