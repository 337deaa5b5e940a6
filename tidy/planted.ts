import { parse, type Source } from './source.ts'

/** A small house of planted files, so that every check is seen to fail. */
export const house = (files: Readonly<Record<string, string>>): Source[] =>
  Object.entries(files).map(([path, text]) => parse(path, text))
