/** Where a command writes. */
export interface Output {
  /** The result, on standard output. */
  line(text: string): void
  /** What a person waiting wants to know, on standard error; `again` replaces the line before. */
  progress(text: string, again: boolean): void
  /** Whether a line can be replaced: it is a terminal. */
  readonly terminal: boolean
}

/** The terminal, or whatever stands in its place. */
export const standardOutput: Output = {
  line: (text) => void process.stdout.write(`${text}\n`),
  progress: (text, again) => void process.stderr.write(process.stderr.isTTY && again ? `\r\x1b[2K${text}` : text),
  terminal: process.stderr.isTTY === true,
}

const ON_A_TERMINAL_MS = 100
const IN_A_LOG_MS = 10_000

/** Tells how far long work is, now and then. */
export const createProgress = (output: Output, now: () => number = () => performance.now()) => {
  const everyMs = output.terminal ? ON_A_TERMINAL_MS : IN_A_LOG_MS
  let last = now()
  let shown = false
  return {
    tell(text: () => string): void {
      if (now() - last < everyMs) return
      last = now()
      output.progress(output.terminal ? text() : `${text()}\n`, shown)
      shown = true
    },
    /** Clears the line that was shown last. */
    end(): void {
      if (shown && output.terminal) output.progress('', true)
    },
  }
}
