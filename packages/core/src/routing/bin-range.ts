/** A span of card number prefixes, brought to 8 digits: both ends included. */
export interface BinRange {
  readonly from: number
  readonly to: number
}

const DIGITS = 8 // ISO/IEC 7812 issuer identification numbers have 8 digits since 2022; older ones have 6

const ends = (first: string, last: string): BinRange => ({
  from: Number(first.padEnd(DIGITS, '0')),
  to: Number(last.padEnd(DIGITS, '9')),
})

const RANGE = /^(\d{6,8})(?:-(\d{6,8}))?$/

/** `424242` is every card that begins so; `42424200-42424299` is a range. Undefined where it is neither, or upside down. */
export const binRangeOf = (text: string): BinRange | undefined => {
  const [, first, last = first] = RANGE.exec(text) ?? []
  if (first === undefined || last === undefined || first.length !== last.length || first > last) return undefined
  return ends(first, last)
}

/** The span of cards that a known prefix stands for: of 6 digits, a hundred 8-digit ones. Undefined for anything but 6 to 8 digits. */
export const spanOf = (bin: string | null): BinRange | undefined =>
  bin !== null && /^\d{6,8}$/.test(bin) ? ends(bin, bin) : undefined

/** The same cards in as few ranges as possible, in ascending order. */
export const mergedRanges = (ranges: readonly BinRange[]): readonly BinRange[] => {
  const merged: BinRange[] = []
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last === undefined || range.from > last.to + 1) merged.push(range)
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) }
  }
  return merged
}

/** Whether the span lies wholly within one of the ranges: a prefix shorter than the rule's does not prove that the card is meant. */
export const holds = (ranges: readonly BinRange[], span: BinRange): boolean =>
  ranges.some(({ from, to }) => from <= span.from && span.to <= to)
