// Writes the README's capability matrix anew: node --conditions=@florin/source docs/code/write-readme-matrix.ts

import { readFileSync, writeFileSync } from 'node:fs'
import { readmeMatrix, withMatrix } from './readme-matrix.ts'

const file = new URL('../../README.md', import.meta.url)
writeFileSync(file, withMatrix(readFileSync(file, 'utf8'), readmeMatrix()))
