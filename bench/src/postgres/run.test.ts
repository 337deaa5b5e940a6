import { expect, test } from 'vitest'
import { POSTGRES_PARTS, runPostgresBench } from './run.ts'

test('every part runs, checks what it did, and gives its lines', async () => {
  const cases: string[] = []
  const progress: string[] = []
  const options = { runs: 1, stored: 400, scale: 0.01, onProgress: (what: string) => void progress.push(what) }
  for await (const { case: name, ratio } of runPostgresBench({ ...options, parts: POSTGRES_PARTS })) {
    expect(ratio, name).toBeGreaterThan(0)
    cases.push(name.replace(/on \d+$/, 'on N'))
  }
  expect(cases.slice(0, 15)).toEqual([
    '1 in flight, beside sets of 1 on N',
    '16 in flight, beside sets of 16 on N',
    '64 in flight, beside sets of 64 on N',
    '256 in flight, beside sets of 256 on N',
    '256 in flight, beside rows on N',
    '256 in flight, 1 % conflicts beside none',
    'postings, one hot account beside random ones',
    'postings, random, beside a function on N',
    'postings, hot, beside a function on N',
    'added p50 at 300/s, 50 ms gateway',
    'added p99 at 300/s, 50 ms gateway',
    '4 servers with 256 in flight each, beside one',
    '4 servers with 64 in flight each, beside one',
    '400 stored beside 100',
    'all tables, of that indexes',
  ])
  expect(cases).toContain('attempts, of that indexes')
  expect(progress[0]).toMatch(/^PostgreSQL \d+.*fsync on, synchronous_commit on, full_page_writes on/)
}, 120_000)
