import { parseArgs } from 'node:util'
import { WrongCommand } from '../wrong-command.ts'

/** What `--help` prints. */
export const HELP = `npm run provider -- stripe|adyen [--port N] [--control N] [--journal FILE] [--shop URL] [--json]

Runs a local double of a provider: it speaks the provider's protocol, moves money in books of its own, and sends signed
webhooks. Prints the environment with which the example server charges through it. Its page stops it, hangs it, or resets
its connections after it has acted. Ctrl-C ends it; without a journal it remembers nothing.

  --port N        where it listens (4010 for stripe, 4020 for adyen; 0 for any free port)
  --control N     where its page and switches are (the port after it; 0 for any free port)
  --journal FILE  keeps its books and secrets, so that it can be killed and started again
  --shop URL      the example server, for webhooks (http://127.0.0.1:3000)
  --json          print the environment as one JSON object
  --help          this text

  POST /trouble   of its page takes { "trouble": "hang" }, and: none, refuse, reset_before, reset_after, silent_after,
                  error_before, error_after, slow (with "slowMs"); GET /state and GET /books tell how it is`

/** Where the doubles listen, by provider. */
const PORTS = { stripe: 4010, adyen: 4020 } as const

const DEFAULT_SHOP = 'http://127.0.0.1:3000'

/** What to run, and for which example server. */
export interface ProviderCommand {
  readonly provider: keyof typeof PORTS
  readonly port: number
  /** Where its switches are. */
  readonly control: number
  /** A file that outlives it. */
  readonly journal?: string
  /** The example server's URL. */
  readonly shop: string
  readonly json: boolean
}

const options = {
  port: { type: 'string' },
  control: { type: 'string' },
  journal: { type: 'string' },
  shop: { type: 'string', default: DEFAULT_SHOP },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const parsed = (argv: readonly string[]) => {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options })
  } catch (error) {
    throw new WrongCommand((error as Error).message)
  }
}

const refuse = (message: string): never => {
  throw new WrongCommand(message)
}

const portOf = (name: 'port' | 'control', text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return port <= 65_535 ? port : refuse(`--${name} is '${text.slice(0, 20)}': give a whole number from 0 to 65535`)
}

const controlBeside = (port: number): number => (port === 0 || port === 65_535 ? 0 : port + 1)

const journalOf = (file: string): string =>
  file === '' ? refuse('--journal is empty: name a file, or leave it out, and the double remembers nothing') : file

const shopOf = (text: string): string => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '')
  return refuse(`--shop is '${text.slice(0, 100)}': give a URL such as ${DEFAULT_SHOP}`)
}

/** Reads a command line; `'help'` where it asks for that. Throws `WrongCommand`. */
export const readProviderCommand = (argv: readonly string[]): ProviderCommand | 'help' => {
  const { values, positionals } = parsed(argv)
  if (values.help) return 'help'
  const [provider = '', ...more] = positionals
  if (provider !== 'stripe' && provider !== 'adyen')
    return refuse(`which provider? '${provider}' is none: stripe or adyen`)
  if (more.length > 0) return refuse(`one provider at a time: start another npm run provider for '${more[0]}'`)
  const port = values.port === undefined ? PORTS[provider] : portOf('port', values.port)
  const { journal, json } = values
  return {
    ...{ provider, port, shop: shopOf(values.shop), json },
    control: values.control === undefined ? controlBeside(port) : portOf('control', values.control),
    ...(journal !== undefined && { journal: journalOf(journal) }),
  }
}

/** What the example server must be told besides, to be where the webhooks go. */
export const placeOf = (shop: string): Readonly<Record<string, string>> => {
  const { port } = new URL(shop)
  return port === new URL(DEFAULT_SHOP).port || port === '' ? {} : { PORT: port }
}
