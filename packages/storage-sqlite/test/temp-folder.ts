import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder for one test file; removed with everything in it when the file's tests are done. */
export const tempFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `florin-${name}-`))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
