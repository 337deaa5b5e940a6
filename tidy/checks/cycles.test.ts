import { describe, expect, it } from 'vitest'
import { house } from '../planted.ts'
import { printed } from '../violation.ts'
import { cycles } from './cycles.ts'

const check = (files: Record<string, string>): string[] =>
  cycles(house(Object.fromEntries(Object.entries(files).map(([name, text]) => [`packages/p/src/${name}`, text])))).map(
    printed,
  )

describe('the check of cycles', () => {
  it('lets a diamond pass', () => {
    const files = {
      'a.ts': `import './b.ts'\nimport './c.ts'`,
      'b.ts': `import './d.ts'`,
      'c.ts': `import './d.ts'`,
      'd.ts': `import 'elsewhere'\nimport './not-there.ts'`,
    }
    expect(check(files)).toEqual([])
  })

  it('finds a circle over three files, also through types and folders', () => {
    const found = check({
      'a.ts': `import './b.ts'`,
      'b.ts': `// why\nimport type { C } from './deep/c.ts'`,
      'deep/c.ts': `\n\nexport type A = import('../a.ts').A`,
    })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(
      'packages/p/src/deep/c.ts:3 closes an import cycle: p/a.ts > p/b.ts > p/deep/c.ts > p/a.ts',
    )
  })

  it('finds a file that imports itself, and circles that no entry leads to', () => {
    expect(check({ 'a.ts': `import './a.ts'` })).toHaveLength(1)
    expect(check({ 'a.ts': '', 'x.ts': `import './y.ts'`, 'y.ts': `import './x.ts'` })).toHaveLength(1)
  })
})
