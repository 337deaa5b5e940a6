// Writes the figures of docs/reliability.md, from the JSON of the commands that prove things. Plain JavaScript, for any Node from 20 on.
//   npm run reliability [-- --seeds 10000] [--rounds 200] [--lives 20] [--dry-run]
//   npm run reliability -- --commit <hash> --simulate a.json --crashes f.json --sabotage b.json --faults c.jsonl --faults d.jsonl --power-loss e.json
// Runs what no file is given for. A file is the standard output of its command with --json; `--commit` says on what the files were made.
// --simulate and --faults may be given again and again, and add up; any file may name the commit that it was made on: <hash>=<file>.
// --dry-run prints the figures and leaves the page alone. Exit code 1: something was lost, or an invariant did not hold. 2: the command was wrong.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

const PAGE = new URL('../docs/reliability.md', import.meta.url)
const ROOT = new URL('..', import.meta.url)
const BEGIN = '<!-- figures: npm run reliability -->'
const END = '<!-- end of the figures -->'
const MOST_BYTES = 256 * 1024 * 1024

const refuse = (message) => {
  console.error(`reliability: ${message}`)
  process.exit(2)
}

const read = () => {
  const text = { type: 'string' }
  const options = {
    seeds: { ...text, default: '10000' },
    rounds: { ...text, default: '200' },
    lives: { ...text, default: '20' },
    commit: text,
    simulate: { ...text, multiple: true },
    crashes: text,
    sabotage: text,
    faults: { ...text, multiple: true },
    'power-loss': text,
    'dry-run': { type: 'boolean', default: false },
  }
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return refuse(error.message)
  }
}

/** The objects of a command's output, a line each. */
const objects = (output, name) => {
  try {
    const lines = output.split('\n').filter((line) => line.startsWith('{'))
    if (lines.length > 0) return lines.map((line) => JSON.parse(line))
  } catch (error) {
    refuse(`${name} is no JSON: ${error.message}`)
  }
  return refuse(`${name} holds no JSON object: give the standard output of its command with --json`)
}

const fromFile = (file) => {
  try {
    return objects(readFileSync(file, 'utf8'), file)
  } catch (error) {
    return refuse(`${file} cannot be read: ${error.message}`)
  }
}

const run = (script, args) => {
  const program = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')).scripts[script].split(' ')
  console.error(`${script} ${args.join(' ')} …`)
  const how = { cwd: ROOT, encoding: 'utf8', maxBuffer: MOST_BYTES, stdio: ['ignore', 'pipe', 'inherit'] }
  const { stdout } = spawnSync(process.execPath, [...program.slice(1), ...args, '--json'], how)
  return objects(stdout ?? '', script)
}

const last = (lines) => lines[lines.length - 1]
const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
const CODE = ['packages', 'examples', 'package-lock.json']
const head = () =>
  git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', ...CODE) === '' ? '' : ', changed')

const number = (value) => Math.round(value).toLocaleString('en-US')
const sum = (values) => values.reduce((total, value) => total + value, 0)
const row = (...cells) => `| ${cells.join(' | ')} |`
const words = (name) => name.replaceAll('_', ' ')
const counted = (counts) => Object.entries(counts).toSorted(([, a], [, b]) => b - a)

/** A table of two columns, `each` pairs a row. */
const pairs = (titles, entries, each) => {
  const rows = Array.from({ length: Math.ceil(entries.length / each) }, (_, nth) =>
    entries.slice(nth * each, (nth + 1) * each),
  )
  const cells = (some) => [...some.flat(), ...Array.from({ length: 2 * (each - some.length) }, () => '')]
  const rule = Array.from({ length: each }, () => ['---', '--:']).flat()
  return [
    row(...Array.from({ length: each }, () => titles).flat()),
    `|${rule.join('|')}|`,
    ...rows.map((some) => row(...cells(some))),
  ]
}

const commitsOf = (runs) => {
  const commits = [...new Set(runs.map(({ commit }) => commit))]
  return commits.length === 1 ? commits[0] : `${commits.length} commits, told below`
}

const isFinished = (lines) => last(lines).kills !== undefined

/** The rounds of all fault runs, also of one that was stopped: what it had played until then counts, and that it was stopped is said. */
const killRow = (all) => {
  const runs = all.map(({ lines }) => lines)
  const rounds = runs.flatMap((lines) => lines.filter(({ round }) => round !== undefined))
  const kills = sum(rounds.map(({ killedAfterMs }) => killedAfterMs.length))
  const parts = Object.entries(Object.groupBy(rounds, ({ database, gateways }) => `${database} with ${gateways}`))
  const where = parts.map(([name, some]) => `${some.length} on ${name}`).join(', ')
  const stopped = runs.every(isFinished) ? '' : '; stopped before its end'
  const what = `${number(rounds.length)} rounds, ${number(kills)} kills, ${number(sum(rounds.map(({ orders }) => orders)))} payments`
  return row(
    '`kill -9` under load',
    `${what} (${where}${stopped})`,
    commitsOf(all),
    number(sum(rounds.map(({ problems }) => problems.length))),
  )
}

const added = (counts) => {
  const total = {}
  for (const one of counts) for (const [name, count] of Object.entries(one)) total[name] = (total[name] ?? 0) + count
  return total
}

/** Several runs of the simulator as one. */
const together = (runs) => ({
  ...Object.fromEntries(
    ['seeds', 'payments', 'wallMs'].map((name) => [name, sum(runs.map(({ report }) => report[name]))]),
  ),
  failures: runs.flatMap(({ report }) => report.failures),
  faults: added(runs.map(({ report }) => report.faults)),
  checks: added(runs.map(({ report }) => report.checks)),
})

const worldsOf = ({ seeds, payments }) => `${number(seeds)} worlds, ${number(payments)} payments`

/** What was simulated on which commit; nothing where that is one. */
const byCommit = (runs) => {
  const commits = Map.groupBy(runs, ({ commit }) => commit)
  if (commits.size < 2) return []
  const rows = [...commits].map(([commit, some]) => {
    const { seeds, payments, failures } = together(some)
    return row(commit, number(seeds), number(payments), failures.map(({ seed }) => seed).join(', '))
  })
  return [
    '',
    'The simulated worlds, commit by commit. What a seed found was mended in a later one, in which that seed holds:',
    '',
    row('commit', 'worlds', 'payments', 'seeds that failed'),
    '|---|--:|--:|---|',
    ...rows,
  ]
}

const crashRow = ({ commit, report: { runs, crashes, failures } }) =>
  row(
    'a crash before and after a call of a port, and pairs of crashes',
    `${number(crashes)} crashes in ${number(runs)} runs of every flow`,
    commit,
    failures.length,
  )

const powerRow = ({ commit, report: { cuts, lives, told, lost, broken } }) =>
  row(
    'power cuts on SQLite',
    `${number(cuts)} cuts in ${number(lives)} lives, ${number(told)} answers looked for`,
    commit,
    lost + broken,
  )

const figures = ({ day, runs, crashes, sabotage, faults, power }) => {
  const simulate = together(runs)
  const rate = simulate.seeds / (simulate.wallMs / 1_000)
  // Of runs that went on beside each other, one after the other's pace says nothing.
  const worlds = runs.length > 1 ? worldsOf(simulate) : `${worldsOf(simulate)}, ${number(rate)} worlds a second`
  return [
    `Of ${day}, on ${availableParallelism()} cores that were not idle.`,
    '',
    row('what', 'how much', 'at commit', 'losses'),
    '|---|---|---|--:|',
    row('simulator', worlds, commitsOf(runs), simulate.failures.length),
    ...(crashes === null ? [] : [crashRow(crashes)]),
    killRow(faults),
    powerRow(power),
    ...byCommit(runs),
    '',
    'Faults that struck in the simulated worlds:',
    '',
    ...pairs(
      ['fault', 'times'],
      counted(simulate.faults).map(([name, times]) => [words(name), number(times)]),
      3,
    ),
    '',
    'Each invariant: how often it was checked there, and, with a bug planted against it, in which world it was first found not to hold:',
    '',
    row('invariant', 'checked', 'planted bug', 'found in world'),
    '|---|--:|---|--:|',
    ...Object.entries(sabotage.report.found).map(([name, { what, seeds }]) =>
      row(words(name), number(simulate.checks[name] ?? 0), what, seeds ?? 'never'),
    ),
  ]
}

const write = (lines) => {
  const page = readFileSync(PAGE, 'utf8')
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from)
    refuse(`docs/reliability.md has no '${BEGIN}' before its '${END}': put them where the figures go`)
  writeFileSync(PAGE, `${page.slice(0, from + BEGIN.length)}\n\n${lines.join('\n')}\n\n${page.slice(to)}`)
}

const NAMED = /^([0-9a-f]{7,40})=(.+)$/
/** `<hash>=<file>`, or a file made on the commit that the whole command names. */
const named = (text, commit) => {
  const [, hash = commit, file = text] = NAMED.exec(text) ?? []
  const lines = fromFile(file)
  return { commit: hash, lines, report: last(lines) }
}

const given = read()
const files = [
  ...(given.simulate ?? []),
  given.crashes,
  given.sabotage,
  ...(given.faults ?? []),
  given['power-loss'],
].filter((file) => file !== undefined)
if (files.some((file) => !NAMED.test(file)) && given.commit === undefined)
  refuse('say with --commit, or before each file, on what the files were made')
const commit = given.commit ?? head()
const ran = (script, args) => {
  const lines = run(script, args)
  return { commit, lines, report: last(lines) }
}
const one = (file, script, args) => (file === undefined ? ran(script, args) : named(file, commit))
const found = {
  day: new Date().toISOString().slice(0, 10),
  runs: given.simulate?.map((text) => named(text, commit)) ?? [
    ran('simulate', ['--seeds', given.seeds, '--keep-going']),
  ],
  crashes: given.crashes === undefined ? null : named(given.crashes, commit),
  sabotage: one(given.sabotage, 'simulate', ['--sabotage']),
  faults: given.faults?.map((text) => named(text, commit)) ?? [ran('test:faults', ['--rounds', given.rounds])],
  power: one(given['power-loss'], 'test:power-loss', ['--lives', given.lives]),
}
const lines = figures(found)
if (given['dry-run']) console.log(lines.join('\n'))
else write(lines)
const { runs, crashes, sabotage, faults, power } = found
const judged = [...runs, ...(crashes === null ? [] : [crashes]), sabotage, power, ...faults]
process.exitCode = judged.every(({ report }) => report.ok) ? 0 : 1
