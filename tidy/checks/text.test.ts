import { describe, expect, it } from 'vitest'
import { printed } from '../violation.ts'
import { fileNames } from './names.ts'
import { texts } from './text.ts'

const check = (text: string, path = 'docs/a.md'): string[] => texts([{ path, text }]).map(printed)
// In two parts each: this file must itself be tidy.
const join = (...parts: string[]): string => parts.join('')

describe('the check of texts', () => {
  it.each([
    [join('// TO', 'DO later'), 'leaves something undone'],
    [join('FIX', 'ME: this'), 'leaves something undone'],
    [join('see https://registry', '.example.org/x'), 'names the host of a package registry'],
    [join('https://www.npm', 'js.com/package/x'), 'names the host of a package registry'],
    [join('cd /wo', 'rk/main'), 'names a path of one machine'],
    [join("readFile('/wo", "rk/shared/x')"), 'names a path of one machine'],
    [join('at file:///ro', 'ot/x'), 'names a path of one machine'],
    [join('`/ro', 'ot`'), 'names a path of one machine'],
    [join('/tmp/br', 'ief/common.md'), 'names a path of one machine'],
  ])('finds %j', (text, what) => {
    expect(check(`one\n${text}`)).toEqual([expect.stringMatching(new RegExp(`^docs/a\\.md:2 ${what}: '.*' → .{10}`))])
  })

  it('finds a host in the lock file', () => {
    const resolved = (where: string): string => `{\n"resolved": "${where}"\n}`
    expect(check(resolved('https://example.org/x.tgz'), 'package-lock.json')).toEqual([
      expect.stringContaining('package-lock.json:2 resolves to a host'),
    ])
    expect(check(resolved('packages/core'), 'package-lock.json')).toEqual([])
  })

  it('lets ordinary words and paths pass', () => {
    const text =
      "mastodon, a registry of gateways, packages/work/a.ts, https://example.org/work/x, './root/x', the root / work"
    expect(check(text)).toEqual([])
  })
})

describe('the check of file names', () => {
  it('finds drawers for leftovers, and names that are not in kebab-case', () => {
    const bad = [
      'packages/p/src/types.ts',
      'bench/src/utils.ts',
      'a/helpers.ts',
      'a/common.ts',
      'a/Money.ts',
      'a/fake_clock.ts',
    ]
    expect(fileNames(bad).map(({ path }) => path)).toEqual(bad)
    expect(
      fileNames(['a/money.ts', 'a/money.test.ts', 'a/table.test-d.ts', 'a/decline-types.ts', 'README.md']),
    ).toEqual([])
  })
})
