/** A kind of command with its article, for messages: `a capture`, `an authorize`. */
export const named = (kind: string): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`
