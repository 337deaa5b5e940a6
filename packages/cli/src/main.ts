#!/usr/bin/env node
import { standardOutput } from './output.ts'
import { run } from './run.ts'

// The code is set, not called for: what was written to a pipe must leave first.
process.exitCode = await run(process.argv.slice(2), process.env, standardOutput)
