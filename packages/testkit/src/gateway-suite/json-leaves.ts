/** A value inside a JSON document, with the way to it. */
export interface Leaf {
  readonly path: readonly string[]
  readonly value: string | number | boolean | null
}

const LEAVES_MAX = 400 // of a longer document the first ones will do

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const walk = (value: unknown, path: readonly string[], found: Leaf[]): void => {
  if (found.length >= LEAVES_MAX) return
  if (!isBranch(value)) return void found.push({ path, value: value as Leaf['value'] })
  for (const [name, inner] of Object.entries(value)) walk(inner, [...path, name], found)
}

/** The document, parsed, if it is a JSON object or array; undefined for anything else. */
export const documentOf = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isBranch(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Every value in a document that is not an object or an array. */
export const leavesOf = (document: object): readonly Leaf[] => {
  const found: Leaf[] = []
  walk(document, [], found)
  return found
}

/** Takes a leaf away. */
export const GONE = Symbol('gone')

/** The document as text, with some leaves replaced: `change` gives the new value, or the old one to leave it. */
export const doctored = (document: object, change: (leaf: Leaf) => unknown): string => {
  const copy = (value: unknown, path: readonly string[]): unknown => {
    if (!isBranch(value)) return change({ path, value: value as Leaf['value'] })
    if (Array.isArray(value))
      return value.map((inner, i) => copy(inner, [...path, String(i)])).filter((v) => v !== GONE)
    const entries = Object.entries(value).map(([name, inner]) => [name, copy(inner, [...path, name])] as const)
    return Object.fromEntries(entries.filter(([, inner]) => inner !== GONE))
  }
  return JSON.stringify(copy(document, []))
}

/** The document as text, with one leaf replaced. */
export const withLeaf = (document: object, at: Leaf, value: unknown): string => {
  const place = at.path.join('\n')
  return doctored(document, (leaf) => (leaf.path.join('\n') === place ? value : leaf.value))
}
