import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDER = process.env.FLORIN_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))

/** Why the reference data cannot be read here, or null. */
export const missingData = (file: string): string | null =>
  existsSync(join(FOLDER, file)) ? null : `skipped: there is no ${file} in FLORIN_DATA or ../shared/data`

/** A file of the reference data, parsed. */
export const referenceData = <T>(file: string): T => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as T
