import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeEarnings } from './reports.ts'

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the guide to reports shows the code that is compiled and run here', () => {
  const [, shown] = /<!-- code: docs\/code\/reports\.ts -->\n```ts\n([\s\S]*?)```/.exec(text('../reports.md')) ?? []
  expect(shown).toBe(text('reports.ts'))
})

it('which writes what was earned, and balances', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'florin-reports-'))
  try {
    const file = join(folder, 'earnings.csv')
    const balances = await writeEarnings(file)
    expect(readFileSync(file, 'utf8')).toMatch(
      /\r\nmer_default,\d{4}-\d\d,EUR,150\.00,40\.00,0\.00,4\.85,105\.15,2\.25,2\.60,0\.00,0\.00,0\.00\r\n$/,
    )
    expect(balances).toMatchObject({
      'merchant/pending/EUR': '105.15',
      'platform/fees/EUR': '4.85',
      'total EUR': '0.00',
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
