import { execFileSync } from 'node:child_process'

/** Builds what is published, so that a part of a bench runs as a host would, and not from the sources; what has not changed is kept. */
export const buildPublished = (): void => void execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'pipe' })
