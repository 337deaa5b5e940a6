import { describe, expect, it } from 'vitest'
import { boundaries } from './checks/boundaries.ts'
import { cycles } from './checks/cycles.ts'
import { publicDocs } from './checks/docs.ts'
import { guides } from './checks/guides.ts'
import { habits } from './checks/habits.ts'
import { fileNames } from './checks/names.ts'
import { purity } from './checks/purity.ts'
import { rooms, unbuilt } from './checks/rooms.ts'
import { fileSizes, functionSizes } from './checks/sizes.ts'
import { texts } from './checks/text.ts'
import { readRepository } from './repository.ts'
import { printed, type Violation } from './violation.ts'

const repository = readRepository()
const inPackages = repository.sources.filter(({ path }) => /^packages\/[^/]+\/src\//.test(path))
const none = (violations: readonly Violation[]): void => {
  expect(violations.map(printed).join('\n')).toBe('')
}

describe('the house', () => {
  it('was read: there are packages, doors and sources to look at', () => {
    expect(repository.manifests.size).toBeGreaterThan(4)
    expect(repository.doors).toContain('packages/core/src/index.ts')
    expect(inPackages.length).toBeGreaterThan(30)
    expect(repository.texts.map(({ path }) => path)).toContain('package-lock.json')
  })

  it('imports downwards or to the left, and rooms through their index.ts', () => none(rooms(repository.sources)))
  it('has built every room of its plan', () => none(unbuilt(repository.sources)))
  it('has no import cycle', () => none(cycles(repository.sources)))
  it('keeps the boundaries of its packages', () =>
    none(boundaries(inPackages, repository.manifests, repository.forTests)))
  it('has no file above 300 lines of code', () => none(fileSizes(repository.sources)))
  it('has no function above 70 lines of code', () => none(functionSizes(repository.sources)))
  it('names every file for what it holds', () => none(fileNames(repository.sources.map(({ path }) => path))))
  it('documents every public name', () => none(publicDocs(repository.sources, repository.doors)))
  it('takes time and chance from the kernel', () => none(purity(repository.sources)))
  it('has no default export, no any, no silenced error, no test left out', () => none(habits(repository.sources)))
  it('says nothing undone, no registry and no path of one machine', () => none(texts(repository.texts)))
  it('has guides that can be found, whose links and tables are whole', () => none(guides(repository.texts)))
})
