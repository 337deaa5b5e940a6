import { expect, test } from 'vitest'
import type { BenchResult } from '../storage/result.ts'
import { runReconciliationBench } from './run.ts'

test('every line is matched, by Florin and by hand, and the same file again costs little', async () => {
  const results: BenchResult[] = []
  for await (const one of runReconciliationBench({ lines: 2_500 })) results.push(one)
  expect(results.map(({ unit, value }) => [unit, value > 0])).toEqual([
    ['lines/s', true],
    ['MiB', true],
    ['ms', true],
  ])
})
