import fc from 'fast-check'

/** JSON as it is written, so that a key may stand twice, and a number be one that no double holds. */
export type Tree =
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Tree[] }
  | { readonly kind: 'object'; readonly members: readonly Member[] }
type Member = readonly [name: string, value: Tree]

/** What somebody who means harm, or a broken program, writes in place of a value. None of them is more than 100 kB. */
export const HOSTILE_TOKENS: readonly string[] = [
  ...['null', 'true', 'false', '0', '-0', '-1', '1', '0.1', '-0.5', '1e400', '-1e400', '1e-400', '1e21', '100e2'],
  ...['9007199254740993', '99999999999999999999999999', '8640000000000001', '-62135596800000', '2147483648', 'NaN'],
  ...['""', '" "', '"0"', '"-1"', '"1e3"', '"NaN"', '"true"', '"null"', '"\\u0000"', '"\\ud800"', '"\\u202e"'],
  ...['"10000"', '"100.00"', '"EUR"', '"eur"', '"XAU"', '"ZZZ"', '"__proto__"', '"constructor"', '"toString"'],
  ...['"2026-13-45T99:99:99Z"', '"+275760-09-13T00:00:00.001Z"', '"https://"', '"javascript:alert(1)"', '"a:b"'],
  ...['"4111111111111111"', '"\\r\\nset-cookie: x"', '"../../x"', '"%00"', '"\'; drop table payments; --"', '"💥"'],
  ...['{}', '[]', '[[]]', '[null]', '{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":1}}}'],
  ...['{"then":1}', '{"toJSON":1}', '{"length":4294967295}', '{"toString":null,"valueOf":null}'],
  `"${'a'.repeat(100_000)}"`,
  '9'.repeat(10_000),
  `"0.${'0'.repeat(100_000)}1"`,
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  `[${'0,'.repeat(20_000)}0]`,
]

const HOSTILE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', 'id', 'amount', 'Ω']

const treeOf = (value: unknown): Tree => {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf) }
  if (typeof value !== 'object' || value === null) return { kind: 'token', text: JSON.stringify(value) }
  return { kind: 'object', members: Object.entries(value).map(([name, each]): Member => [name, treeOf(each)]) }
}

const written = (tree: Tree): string => {
  if (tree.kind === 'token') return tree.text
  if (tree.kind === 'list') return `[${tree.items.map(written).join(',')}]`
  return `{${tree.members.map(([name, value]) => `${JSON.stringify(name)}:${written(value)}`).join(',')}}`
}

/** All values of a tree, the whole first. */
const within = (tree: Tree): readonly Tree[] => {
  if (tree.kind === 'token') return [tree]
  const parts = tree.kind === 'list' ? tree.items : tree.members.map(([, value]) => value)
  return [tree, ...parts.flatMap(within)]
}

type Found = (at: Tree) => readonly Tree[]

/** The tree with what stands at one place replaced: by nothing, by one value, or by several. */
const put = (tree: Tree, place: Tree, found: Found): readonly Tree[] => {
  if (tree === place) return found(tree)
  if (tree.kind === 'token') return [tree]
  if (tree.kind === 'list') return [{ kind: 'list', items: tree.items.flatMap((each) => put(each, place, found)) }]
  const members = tree.members.flatMap(([name, value]) => put(value, place, found).map((each): Member => [name, each]))
  return [{ kind: 'object', members }]
}

const token = (text: string): Tree => ({ kind: 'token', text })

/** The same thing as another type: a number as text, text as a number, anything else as text. */
const retyped = (at: Tree): Tree => {
  const text = written(at)
  if (text.startsWith('"')) return token(/^"-?[0-9]{1,15}"$/.test(text) ? text.slice(1, -1) : '7')
  return token(JSON.stringify(text))
}

const withMember = (at: Tree, name: string, value: Tree): Tree =>
  at.kind === 'object' ? { ...at, members: [...at.members, [name, value]] } : { kind: 'object', members: [[name, at]] }

const renamed = (at: Tree, name: string, which: number): Tree => {
  if (at.kind !== 'object' || at.members.length === 0) return withMember(at, name, at)
  const chosen = which % at.members.length
  return { ...at, members: at.members.map(([old, value], index) => [index === chosen ? name : old, value]) }
}

/** One thing that is done to one place of a sample. */
export interface Mutation {
  readonly place: number
  readonly other: number
  readonly how: 'replace' | 'drop' | 'double' | 'copy' | 'wrap' | 'retype' | 'rename' | 'add'
  readonly token: string
  readonly name: string
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(10_000),
  other: fc.nat(10_000),
  how: fc.constantFrom<Mutation['how']>(
    'replace',
    'replace',
    'drop',
    'double',
    'copy',
    'wrap',
    'retype',
    'rename',
    'add',
  ),
  token: fc.constantFrom(...HOSTILE_TOKENS),
  name: fc.constantFrom(...HOSTILE_NAMES),
})

const mutate = (tree: Tree, { place, other, how, token: text, name }: Mutation): Tree => {
  const all = within(tree)
  const at = all[place % all.length] as Tree
  const from = all[other % all.length] as Tree
  const found: Record<Mutation['how'], Found> = {
    replace: () => [token(text)],
    drop: () => [],
    double: (one) => [one, one],
    copy: () => [from],
    wrap: (one) => [{ kind: 'list', items: [one] }],
    retype: (one) => [retyped(one)],
    rename: (one) => [renamed(one, name, other)],
    add: (one) => [withMember(one, name, token(text))],
  }
  return put(tree, at, found[how])[0] ?? token('')
}

/** What is done to the text afterwards: nothing mostly, else a cut, a byte, or a tail. */
const scars: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 8, arbitrary: fc.constant((text: string) => text) },
  { weight: 1, arbitrary: fc.nat(10_000).map((at) => (text: string) => text.slice(0, at % (text.length + 1))) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(100_000), fc.string({ maxLength: 3, unit: 'binary' }))
      .map(([at, piece]) => (text: string) => {
        const where = at % (text.length + 1)
        return `${text.slice(0, where)}${piece}${text.slice(where + 1)}`
      }),
  },
  { weight: 1, arbitrary: fc.constantFrom('\u0000', '}', '[]', '\ufeff').map((tail) => (text: string) => text + tail) },
)

const SHOWN = 3_000 // characters of a counterexample

/** What became of a sample: whole samples are among them, and what is no JSON at all. */
export interface Mutated<T> {
  readonly sample: T
  readonly text: string
}

/** Samples, each with up to four mutations of the JSON that `textOf` gives, and now and then a scar. */
export const mutated = <T>(samples: readonly T[], textOf: (sample: T) => string): fc.Arbitrary<Mutated<T>> =>
  fc.tuple(fc.nat(samples.length - 1), fc.array(mutation, { maxLength: 4 }), scars).map(([index, mutations, scar]) => {
    const sample = samples[index] as T
    const text = textOf(sample)
    const tree = text === '' ? token('') : treeOf(JSON.parse(text))
    const mutant = scar(written(mutations.reduce(mutate, tree)))
    return { sample, text: mutant, [fc.toStringMethod]: () => `sample ${index} as ${mutant.slice(0, SHOWN)}` }
  })

/** Values as JSON gives them, mutated alike: for functions that take what was parsed. What is no JSON is its own text. */
export const mutatedValue = (samples: readonly unknown[]): fc.Arbitrary<unknown> =>
  mutated(samples, (sample) => JSON.stringify(sample)).map(({ text }) => {
    try {
      return JSON.parse(text)
    } catch {
      return text
    }
  })
