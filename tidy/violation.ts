/** Something that the house does not do, where it is, and what to do about it. */
export interface Violation {
  readonly path: string
  readonly line: number
  readonly what: string
  readonly remedy: string
}

/** One line, that an editor can jump to. */
export const printed = ({ path, line, what, remedy }: Violation): string => `${path}:${line} ${what} → ${remedy}`
