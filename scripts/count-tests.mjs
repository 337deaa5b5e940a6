// Prints `N passed, N failed` from the results that `npm test` left, as the last line for a machine to read, and fails when anything
// failed: a test, a suite that could not be loaded, or a step before or after the tests. Plain JavaScript, for any Node from 20 on.
//   node scripts/count-tests.mjs <results.json> <exit status of npm test>
import { readFileSync } from 'node:fs'

const [file, status = '1'] = process.argv.slice(2)

const results = () => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined // a step before the tests failed, so that none ran
  }
}

const found = results()
const passed = found?.numPassedTests ?? 0
const emptySuites = (found?.testResults ?? []).filter(
  (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
)
const broken = (found?.numFailedTests ?? 0) + emptySuites.length
const failed = broken === 0 && (status !== '0' || found?.success !== true) ? 1 : broken
const skipped = (found?.numPendingTests ?? 0) + (found?.numTodoTests ?? 0)

if (skipped > 0) console.log(`${skipped} skipped; each says why`)
if (broken === 0 && failed > 0) console.log('a step other than the tests failed: see above')
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
