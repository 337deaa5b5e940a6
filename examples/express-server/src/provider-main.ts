import { isFlorinError } from '@florin/core'
import { HELP, type ProviderCommand, placeOf, readProviderCommand } from './provider/command.ts'
import { type ProviderControl, startControl } from './provider/control.ts'
import { type StartedProvider, startProvider } from './provider/start.ts'
import { stopWithParent } from './stop-with-parent.ts'
import { WrongCommand } from './wrong-command.ts'

const told = ({ provider, shop }: ProviderCommand, { front, env }: StartedProvider, control: ProviderControl): string =>
  [
    `The ${provider} double is at ${front.url}. Start the example server with it, in another terminal:`,
    '',
    ...Object.entries({ ...env, ...placeOf(shop) }).map(([variable, value]) => `  ${variable}=${value} \\`),
    '  npm start',
    '',
    `Break it, and read its books, at ${control.url}/`,
    'Ctrl-C stops it.',
  ].join('\n')

const main = async (): Promise<void> => {
  const command = readProviderCommand(process.argv.slice(2))
  if (command === 'help') return console.log(HELP)
  const started = await startProvider(command)
  let control: ProviderControl
  try {
    control = await startControl(command.provider, started, command.control)
  } catch (error) {
    await started.close()
    throw error
  }
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    void Promise.all([control.close(), started.close()]).finally(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  stopWithParent(stop, process.env)
  const { env } = started
  console.log(command.json ? JSON.stringify(env) : told(command, started, control))
  process.send?.({ ready: started.front.url, control: control.url, env })
}

/** A double refuses nothing but its ports and its file, which a command line can give. */
const explained = (error: unknown): unknown => {
  if (!isFlorinError(error)) return error
  const taken = /is the port taken/.test(error.message)
  return `florin: ${error.message}${taken ? ' Choose another with --port N, 0 for any' : ''}`
}

main().catch((error: unknown) => {
  const wrong = error instanceof WrongCommand
  console.error(wrong ? `${error.message}\n\n${HELP}` : explained(error))
  process.exit(wrong ? 2 : 1)
})
