import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { ChainHead } from '@florin/core'
import { WrongUsage } from './exit-codes.ts'

const isHead = (value: unknown): value is ChainHead => {
  if (typeof value !== 'object' || value === null) return false
  const { partition, length, hash, at } = value as Record<string, unknown>
  return (
    Number.isSafeInteger(partition) &&
    Number.isSafeInteger(length) &&
    typeof hash === 'string' &&
    typeof at === 'number'
  )
}

/** Reads a head that was saved earlier. Throws `WrongUsage`. */
export const readHead = (file: string): ChainHead => {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new WrongUsage(`--expect-head ${file} cannot be read: ${(error as Error).message}`)
  }
  if (isHead(value)) return value
  throw new WrongUsage(`--expect-head ${file} holds no head: give a file that --save-head wrote`)
}

/** Writes a head; the file holds the old one or the new one, never half of one. */
export const saveHead = (file: string, head: ChainHead): void => {
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(head)}\n`)
    renameSync(`${file}.new`, file)
  } catch (error) {
    throw new WrongUsage(`--save-head ${file} cannot be written: ${(error as Error).message}`)
  }
}
