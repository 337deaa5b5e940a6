import { parseArgs } from 'node:util'
import { isFlorinError } from '@florin/core'
import { runDemo } from './demo/run.ts'
import { asText } from './demo/story.ts'

const HELP = `npm run demo [-- --postgres] [--json]

Starts the example server and the sandbox gateway on free ports with a temporary database, takes payments over HTTP,
breaks things, and checks what is left. Exit code 0 when every check holds.

  --postgres  on PostgreSQL (DATABASE_URL, or one that is started for it) in place of a SQLite file
  --json      one JSON object a line for each scene, and a last one with the result
  --help      this text`

const options = {
  postgres: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const argumentsOf = () => {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`)
    process.exit(2)
  }
}

const main = async ({ postgres, json, help }: ReturnType<typeof argumentsOf>): Promise<number> => {
  if (help) {
    console.log(HELP)
    return 0
  }
  let scenes = 0
  let checks = 0
  if (!json)
    console.log('Florin, from the first payment to the books. Every ✓ is checked, at the acquirer where it can be.\n')
  const ok = await runDemo(postgres ? 'postgres' : 'sqlite', (told, index) => {
    scenes += 1
    checks += told.checks.length
    console.log(json ? JSON.stringify(told) : asText(told, index))
  })
  if (json) console.log(JSON.stringify({ ok, scenes, checks }))
  else console.log(ok ? `All ${checks} checks hold.` : 'Not every check holds: see ✗ above.')
  return ok ? 0 : 1
}

main(argumentsOf()).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(isFlorinError(error) ? `florin: ${error.message}` : error)
    process.exit(1)
  },
)
