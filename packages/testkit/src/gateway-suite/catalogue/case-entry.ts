/** What a case is about: the behaviour, the rule behind it, and what to do where it is missing. */
export interface CaseEntry {
  readonly says: string
  readonly rule: string
  readonly remedy: string
}
