// Writes the first migration from the catalogue. Only until the first release: afterwards a migration is never edited again, and a
// change of the catalogue needs a new one.  node --conditions=@florin/source packages/storage-sqlite/scripts/write-first-migration.ts
import { writeFileSync } from 'node:fs'
import { CATALOGUE } from '@florin/core/storage'
import { SQLITE, schemaDdl, schemaText } from '@florin/storage-sql'

const statements = schemaDdl(SQLITE, CATALOGUE)
const folder = new URL('../src/migrations/', import.meta.url)
const body = statements.map((statement) => `    \`${statement}\`,\n`).join('')
writeFileSync(
  new URL('0001-first.ts', folder),
  `import type { Migration } from '@florin/storage-sql'

/** The schema of the first release. */
export const first: Migration = {
  number: 1,
  name: 'first',
  statements: [
${body}  ],
}
`,
)
writeFileSync(new URL('schema.sql', folder), schemaText(statements))
