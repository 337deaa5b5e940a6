const LOOK_MS = 500

/**
 * Stops where whoever started this process is gone. A signal to `npm run` reaches npm's shell, which dies of it and hands it to nobody; and a
 * test that is killed hands on nothing at all. A process that was started by hand, and maybe left running on purpose, is left alone.
 */
export const stopWithParent = (stop: () => void, env: Readonly<Record<string, string | undefined>>): void => {
  if (process.send !== undefined) process.once('disconnect', stop)
  if (env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const looking = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(looking)
    stop()
  }, LOOK_MS)
  looking.unref()
}
