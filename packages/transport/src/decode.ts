const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i

/**
 * An answer's bytes as text, by its charset or else UTF-8, or null where they are not text in it: half of a character is a sign of a cut
 * body, and a compressed one was never asked for.
 */
export const decodeBody = (chunks: readonly Uint8Array[], headers: Readonly<Record<string, string>>): string | null => {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return null
  const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
  const charset = CHARSET.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Header names in lower case, several values joined as RFC 9110 5.3 allows. */
export const flatHeaders = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> => {
  const flat: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) flat[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ')
  }
  return flat
}
