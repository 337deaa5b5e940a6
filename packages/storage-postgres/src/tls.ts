import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'

/** How the connection is encrypted, and what of the server is checked. */
export type TlsChoice = 'disable' | 'require' | 'verify-full' | TlsFiles

/** Certificates as PEM texts. The server is verified against `ca`, or the system's authorities without one. */
export interface TlsFiles {
  readonly ca?: string
  /** Proves who this client is, with `key`. */
  readonly cert?: string
  readonly key?: string
  /** The name to expect in the server's certificate, where it is not the host of the URL. */
  readonly serverName?: string
}

type Refuse = (path: string, message: string) => never

const FILES: readonly string[] = ['ca', 'cert', 'key', 'serverName']

const named = (host: string): ConnectionOptions => (isIP(host) === 0 ? { servername: host } : {})

const byMode = (mode: string, host: string, path: string, refuse: Refuse): ConnectionOptions | false => {
  switch (mode) {
    case 'disable':
      return false
    case 'require':
      return { rejectUnauthorized: false, ...named(host) }
    case 'verify-full':
      return { rejectUnauthorized: true, ...named(host) }
    default:
      return refuse(path, `'${path}' says '${mode}'; there are disable, require and verify-full`)
  }
}

const byFiles = (files: TlsFiles, host: string, refuse: Refuse): ConnectionOptions => {
  for (const [name, value] of Object.entries(files)) {
    if (!FILES.includes(name)) refuse('tls', `'tls' has no '${name}'; there are ${FILES.join(', ')}`)
    if (typeof value !== 'string' || value === '') refuse('tls', `'tls.${name}' must be a text`)
  }
  if ((files.cert === undefined) !== (files.key === undefined)) {
    refuse('tls', "'tls.cert' and 'tls.key' go together: give both or neither")
  }
  const { serverName, ...pem } = files
  return { rejectUnauthorized: true, ...named(serverName ?? host), ...pem }
}

/** What the driver is told. The option wins over the URL's `sslmode`; without either nothing is encrypted. */
export const tlsOf = (
  choice: unknown,
  sslmode: string | null,
  host: string,
  refuse: Refuse,
): ConnectionOptions | false => {
  if (choice === undefined) return sslmode === null ? false : byMode(sslmode, host, 'sslmode', refuse)
  if (typeof choice === 'string') return byMode(choice, host, 'tls', refuse)
  if (typeof choice === 'object' && choice !== null) return byFiles(choice as TlsFiles, host, refuse)
  return refuse('tls', "'tls' must be 'disable', 'require', 'verify-full' or { ca, cert, key, serverName }")
}
