import { describe, expect, it } from 'vitest'
import { house } from '../planted.ts'
import { printed } from '../violation.ts'
import { purity } from './purity.ts'

const check = (text: string, path = 'packages/core/src/flows/a.ts'): string[] =>
  purity(house({ [path]: text })).map(printed)

describe('the check of purity', () => {
  it.each([
    ['Date.now()'],
    ['new Date()'],
    ['Date()'],
    ['Math.random()'],
    ['const now = Date.now'],
    ['crypto.randomUUID()'],
    ["import { randomUUID as id } from 'node:crypto'"],
    ['setTimeout(f, 1)'],
    ['globalThis.setTimeout(f, 1)'],
    ['setImmediate(f)'],
    ['setInterval(f, 1)'],
    ['queueMicrotask(f)'],
    ['process.nextTick(f)'],
    ['performance.now()'],
    ['crypto.getRandomValues(x)'],
  ])('finds %s', (text) => {
    expect(check(`\n${text}`)).toEqual([expect.stringMatching(/^packages\/core\/src\/flows\/a\.ts:2 uses .* → .{10}/)])
  })

  it('lets a given clock, a given instant, words and other packages pass', () => {
    expect(
      check(
        `// Date.now() and setTimeout(f)\nconst a = clock.now(), b = new Date(0), c = 'setTimeout(', d = Date.UTC(1)`,
      ),
    ).toEqual([])
    for (const path of [
      'packages/core/src/kernel/clock.ts',
      'packages/core/src/flows/a.test.ts',
      'packages/http/src/a.ts',
    ]) {
      expect(check('Date.now(); setTimeout(f)', path)).toEqual([])
    }
  })
})
