import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readmeMatrix, shownIn, withMatrix } from './readme-matrix.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

it('the README shows what the adapters declare (else: node --conditions=@florin/source docs/code/write-readme-matrix.ts)', () => {
  expect(shownIn(readme)).toBe(readmeMatrix())
})

it('writing the matrix changes nothing else', () => {
  const other = withMatrix(readme, '| another table |')
  expect(shownIn(other)).toBe('| another table |')
  expect(withMatrix(other, readmeMatrix())).toBe(readme)
  expect(() => withMatrix('# No markers', 'x')).toThrow('README.md has no')
})
