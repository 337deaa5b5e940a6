import { DOORS, FLOORS } from '../floors.ts'
import { type Import, importsOf } from '../modules.ts'
import { isTest, type Source } from '../source.ts'
import type { Violation } from '../violation.ts'

const SRC = 'packages/core/src/'

interface Place {
  readonly floor: number
  readonly position: number
}

const places = (floors: readonly (readonly string[])[]): ReadonlyMap<string, Place> =>
  new Map(floors.flatMap((rooms, floor) => rooms.map((room, position) => [room, { floor, position }] as const)))

/** The room of a file in core, or the file's own name on the roof. */
const roomOf = (path: string): string | undefined =>
  path.startsWith(SRC) ? path.slice(SRC.length).split('/')[0] : undefined

/** Core's rooms import downwards or to the left, only through the other room's index.ts, and never through their own. */
export const rooms = (
  sources: readonly Source[],
  floors: readonly (readonly string[])[] = FLOORS,
  doors: readonly string[] = DOORS,
): Violation[] => {
  const map = places(floors)
  const found: Violation[] = []
  for (const source of sources) {
    const room = roomOf(source.path)
    if (room === undefined) continue
    if (!map.has(room) && !doors.includes(room) && !isTest(source.path)) {
      found.push(violation(source.path, 1, `'${room}' has no floor`, 'give the room its place in tidy/floors.ts'))
      continue
    }
    for (const imported of importsOf(source)) found.push(...wrong(source.path, room, imported, map, doors))
  }
  return found
}

const wrong = (
  path: string,
  room: string,
  { target, line }: Import,
  map: ReadonlyMap<string, Place>,
  doors: readonly string[],
): Violation[] => {
  const other = target === undefined ? undefined : roomOf(target)
  if (target === undefined || other === undefined) return []
  const index = `${SRC}${other}/index.ts`
  if (other === room) {
    if (target !== index || path === index || isTest(path)) return [] // a test may look at its room from the outside
    return [violation(path, line, `imports its own room's index.ts`, 'import the file that has it')]
  }
  if (doors.includes(other)) {
    if (isTest(path)) return [] // a test may come in by the front door, as a host does
    return [violation(path, line, `imports the door ${other}`, 'import the room that owns what you need')]
  }
  if (target !== index) {
    return [
      violation(
        path,
        line,
        `reaches into the room '${other}'`,
        `import ${other}/index.ts, and export there what is meant for others`,
      ),
    ]
  }
  const [here, there] = [map.get(room), map.get(other)]
  if (isTest(path) || here === undefined || there === undefined) return [] // doors stand above all rooms; tests may look up
  if (there.floor < here.floor || (there.floor === here.floor && there.position < here.position)) return []
  const where =
    there.floor === here.floor ? `to the right on floor ${here.floor}` : `on floor ${there.floor}, above ${here.floor}`
  return [
    violation(
      path,
      line,
      `'${room}' imports '${other}', which is ${where}`,
      'let the two meet in flows/, or pass it in as a parameter',
    ),
  ]
}

/** The plan names no room that is not there: a stale plan allows what nobody decided. */
export const unbuilt = (
  sources: readonly Source[],
  floors: readonly (readonly string[])[] = FLOORS,
  doors: readonly string[] = DOORS,
): Violation[] => {
  const paths = new Set(sources.map(({ path }) => path))
  const missing = [...floors.flat().map((room) => `${room}/index.ts`), ...doors].filter(
    (file) => !paths.has(SRC + file),
  )
  return missing.map((file) =>
    violation(SRC + file, 1, 'is on the plan but not there', 'build it, or take it out of tidy/floors.ts'),
  )
}

const violation = (path: string, line: number, what: string, remedy: string): Violation => ({
  path,
  line,
  what,
  remedy,
})
