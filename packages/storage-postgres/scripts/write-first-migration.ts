// Writes the first migration from the catalogue. Only until the first release: afterwards a migration is never edited again, and a
// change of the catalogue needs a new one.  node --conditions=@florin/source packages/storage-postgres/scripts/write-first-migration.ts
import { writeFileSync } from 'node:fs'
import { CATALOGUE } from '@florin/core/storage'
import { postgresDialect, schemaDdl } from '@florin/storage-sql'
import { OWN_DDL } from '../src/own-ddl.ts'

const statements = [...OWN_DDL, ...schemaDdl(postgresDialect('florin'), CATALOGUE)]
const body = statements.map((statement) => `    \`${statement}\`,\n`).join('')
writeFileSync(
  new URL('../src/migrations/0001-first.ts', import.meta.url),
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
