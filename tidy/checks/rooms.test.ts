import { describe, expect, it } from 'vitest'
import { house } from '../planted.ts'
import { printed } from '../violation.ts'
import { rooms, unbuilt } from './rooms.ts'

const FLOORS = [['cellar'], ['kitchen', 'hall'], ['loft']]
const DOORS = ['index.ts']
const core = (path: string): string => `packages/core/src/${path}`
const check = (path: string, text: string): string[] => rooms(house({ [core(path)]: text }), FLOORS, DOORS).map(printed)

describe('the check of rooms', () => {
  it.each([
    ['down', 'loft/a.ts', `import { x } from '../cellar/index.ts'`],
    ['to the left', 'hall/a.ts', `import { x } from '../kitchen/index.ts'`],
    ['within the room', 'hall/deep/a.ts', `import { x } from '../b.ts'`],
    ['within a folder of the room', 'loft/deep/a.ts', `import { x } from './index.ts'`],
    ['a library', 'hall/a.ts', `import { z } from 'zod'`],
    ['from a door', 'index.ts', `export * from './loft/index.ts'`],
    ['of the own index, in a test', 'hall/a.test.ts', `import { x } from './index.ts'`],
    ['up, in a test', 'cellar/a.test.ts', `import { x } from '../loft/index.ts'`],
    ['a door, in a test', 'cellar/a.test.ts', `import { x } from '../index.ts'`],
  ])('lets an import go %s', (_, path, text) => {
    expect(check(path, text)).toEqual([])
  })

  it.each([
    [
      'upwards',
      'cellar/a.ts',
      `import { x } from '../loft/index.ts'`,
      `'cellar' imports 'loft', which is on floor 2, above 0`,
    ],
    ['of a type upwards', 'cellar/a.ts', `import type { X } from '../hall/index.ts'`, `on floor 1, above 0`],
    ['of a type inline', 'cellar/a.ts', `export type X = import('../hall/index.ts').X`, `on floor 1, above 0`],
    ['at run time', 'cellar/a.ts', `export const x = () => import('../hall/index.ts')`, `on floor 1, above 0`],
    ['by a re-export', 'cellar/a.ts', `export * from '../hall/index.ts'`, `on floor 1, above 0`],
    ['to the right', 'kitchen/a.ts', `import { x } from '../hall/index.ts'`, 'to the right on floor 1'],
    ['past an index', 'loft/a.ts', `import { x } from '../cellar/wine.ts'`, `reaches into the room 'cellar'`],
    ['past an index from a door', 'index.ts', `export * from './cellar/wine.ts'`, `reaches into the room 'cellar'`],
    [
      'past an index in a test',
      'loft/a.test.ts',
      `import { x } from '../cellar/wine.ts'`,
      `reaches into the room 'cellar'`,
    ],
    ['of the own index', 'hall/a.ts', `import { x } from './index.ts'`, `imports its own room's index.ts`],
    ['of a door', 'hall/a.ts', `import { x } from '../index.ts'`, 'imports the door index.ts'],
  ])('refuses an import %s', (_, path, text, what) => {
    expect(check(path, `// first line\n${text}\n`)).toEqual([expect.stringContaining(what)])
    expect(check(path, `// first line\n${text}\n`)[0]).toMatch(new RegExp(`^${core(path)}:2 .* → .{10}`))
  })

  it('refuses a room that nobody gave a floor', () => {
    expect(check('shed/a.ts', 'export const a = 1')).toEqual([expect.stringContaining("'shed' has no floor")])
  })

  it('refuses a plan with rooms that are not there', () => {
    const built = house({ [core('index.ts')]: '', [core('cellar/index.ts')]: '', [core('hall/index.ts')]: '' })
    expect(unbuilt(built, FLOORS, DOORS).map(({ path }) => path)).toEqual([
      core('kitchen/index.ts'),
      core('loft/index.ts'),
    ])
  })
})
