import { type DatabaseRun, runDatabaseFaults, type Skipped, type StrikeReport } from './run.ts'

const asText = (report: StrikeReport | Skipped): string => {
  if ('skipped' in report) return `${report.skipped}: skipped, for ${report.reason}`
  const { strike, round, hits, backMs, repeated, payments, charges, events, problems } = report
  const found = problems.length === 0 ? 'all agree' : `${problems.length} PROBLEMS`
  return [
    `${strike}, round ${round}: hit ${hits} times, money is taken again ${backMs} ms after it, ${repeated} requests repeated`,
    `  ${payments} payments, ${charges} charges, ${events} chained events: ${found}`,
    ...problems.map((one) => `  ✗ ${one}`),
  ].join('\n')
}

/** Strikes a database and tells about it on standard output. True when no promise was broken. */
export const playStrikes = async (run: Omit<DatabaseRun, 'houses'> & { readonly json: boolean }): Promise<boolean> => {
  const { json, rounds, orders, atOnce, seed } = run
  const ok = await runDatabaseFaults({ rounds, orders, atOnce, seed }, (report) =>
    console.log(json ? JSON.stringify(report) : asText(report)),
  )
  if (json) console.log(JSON.stringify({ ok, rounds, orders, atOnce, seed }))
  else console.log(ok ? 'No payment was lost, none was charged twice.' : 'Florin broke a promise: see ✗ above.')
  return ok
}
