import { FlorinError } from './errors.ts'

/** A state machine as data: for every state, the events it accepts and the state each leads to. A missing state does not compile. */
export type Table<State extends string, Event extends string> = {
  readonly [S in State]: { readonly [E in Event]?: State }
}

/** The state after `event`, or undefined where the machine does not accept it there. */
export const next = <S extends string, E extends string>(table: Table<S, E>, state: S, event: E): S | undefined =>
  table[state][event]

/** The state after `event`; an event that the machine does not accept is a bug of the caller. */
export const step = <S extends string, E extends string>(table: Table<S, E>, state: S, event: E): S => {
  const to = table[state][event]
  if (to === undefined) throw new FlorinError('internal', `no transition '${event}' from state '${state}'`)
  return to
}
