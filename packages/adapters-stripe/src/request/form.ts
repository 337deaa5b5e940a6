/** What a parameter of Stripe's may be. Absent and `undefined` are the same. */
export type FormValue = string | number | boolean | readonly FormValue[] | FormRecord | undefined
/** Parameters by their names. */
export interface FormRecord {
  readonly [name: string]: FormValue
}

const append = (pairs: string[], name: string, value: FormValue): void => {
  if (value === undefined) return
  if (typeof value === 'object') {
    // Object.entries of an array names its members 0, 1, 2 …, as the official libraries write them.
    for (const [member, inner] of Object.entries(value)) append(pairs, `${name}[${encodeURIComponent(member)}]`, inner)
    return
  }
  pairs.push(`${name}=${encodeURIComponent(String(value))}`)
}

/** Form encoding as Stripe reads it, `metadata[key]=value`, in the order in which the parameters stand: the same ones, the same bytes. */
export const encodeForm = (parameters: object): string => {
  const pairs: string[] = []
  for (const [name, value] of Object.entries(parameters)) append(pairs, name, value as FormValue)
  return pairs.join('&')
}
