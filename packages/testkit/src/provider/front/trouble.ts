/** What can be the matter with a provider's endpoint, for every request until it is set otherwise. */
export type Trouble =
  | 'none'
  | 'refuse' // nobody listens: connections are refused, and those that are open break
  | 'hang' // connections are taken and nothing is answered; what was asked is done late, when the trouble ends
  | 'reset_before' // the connection is reset, nothing is done
  | 'reset_after' // it is done, and the connection is reset
  | 'silent_after' // it is done, and nothing is answered; the connection is reset when the trouble ends
  | 'error_before' // a 500, nothing is done
  | 'error_after' // it is done, and answered with a 500
  | 'slow' // it is done, and answered after `slowMs`

/** Every trouble, in words for the person who chooses one. */
export const TROUBLES: Readonly<Record<Trouble, string>> = {
  none: 'well: answers as usual',
  refuse: 'stopped: refuses every connection',
  hang: 'hangs: takes connections and answers nothing; does what was asked when it wakes up',
  reset_before: 'resets the connection and does nothing',
  reset_after: 'does what is asked, then resets the connection',
  silent_after: 'does what is asked, and never answers',
  error_before: 'answers 500 and does nothing',
  error_after: 'does what is asked, and answers 500',
  slow: 'does what is asked, and answers late',
}

/** Whether a word names a trouble. */
export const isTrouble = (word: unknown): word is Trouble => typeof word === 'string' && Object.hasOwn(TROUBLES, word)
