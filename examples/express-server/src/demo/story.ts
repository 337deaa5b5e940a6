/** One scene of the demo, as it is told. */
export interface Told {
  readonly scene: string
  readonly ok: boolean
  readonly ms: number
  readonly says: readonly string[]
  readonly checks: readonly { readonly claim: string; readonly holds: boolean; readonly seen?: string }[]
}

/** What a scene speaks with. */
export interface Teller {
  say(text: string): void
  /** States something that must hold; `seen` is shown when it does not. */
  check(claim: string, holds: boolean, seen?: unknown): void
}

/** A scene of the demo. */
export interface Scene<W> {
  readonly title: string
  play(world: W, teller: Teller): Promise<void>
}

const shown = (seen: unknown): string =>
  JSON.stringify(seen, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)) ?? 'undefined'

const playOne = async <W>(scene: Scene<W>, world: W): Promise<Told> => {
  const says: string[] = []
  const checks: { claim: string; holds: boolean; seen?: string }[] = []
  const teller: Teller = {
    say: (text) => void says.push(text),
    check: (claim, holds, seen) => void checks.push(holds ? { claim, holds } : { claim, holds, seen: shown(seen) }),
  }
  const started = performance.now()
  try {
    await scene.play(world, teller)
  } catch (error) {
    checks.push({ claim: 'the scene runs to its end', holds: false, seen: String(error) })
  }
  const ok = checks.length > 0 && checks.every((check) => check.holds)
  return { scene: scene.title, ok, ms: Math.round(performance.now() - started), says, checks }
}

/** Plays the scenes one after another, also after one that failed, and tells each when it has ended. */
export const play = async <W>(
  scenes: readonly Scene<W>[],
  world: W,
  tell: (told: Told, index: number) => void,
): Promise<boolean> => {
  let ok = true
  for (const [index, scene] of scenes.entries()) {
    const told = await playOne(scene, world)
    ok &&= told.ok
    tell(told, index)
  }
  return ok
}

/** A told scene as text for a terminal. */
export const asText = ({ scene, says, checks }: Told, index: number): string =>
  [
    `${index + 1}. ${scene}`,
    ...says.map((line) => `   ${line}`),
    ...checks.map(({ claim, holds, seen }) => `   ${holds ? '✓' : '✗'} ${claim}${holds ? '' : `, but: ${seen}`}`),
    '',
  ].join('\n')
