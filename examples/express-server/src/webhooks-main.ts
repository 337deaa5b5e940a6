import { createFlorin, isFlorinError } from '@florin/core'
import { openGateways } from './gateways/open-gateways.ts'
import { shopAddress } from './gateways/shop-address.ts'
import { openKeys, openStorage } from './open-storage.ts'
import { readSettings } from './settings.ts'
import { HELP, type Output, readCommand, runCommand } from './webhooks/command.ts'
import { WrongCommand } from './wrong-command.ts'

/*
 * Operators' view of the webhooks that were received: see --help. It opens the server's database beside the server, which several
 * processes may. Only the sandbox that the server runs itself belongs to one process: stop the server first, or run the sandbox apart
 * (SANDBOX_URL).
 */
const terminal: Output = {
  line: (text) => console.log(text),
  bytes: (body) => void process.stdout.write(body),
}

const main = async (): Promise<number> => {
  const command = readCommand(process.argv.slice(2))
  if (command.values.help) {
    console.log(HELP)
    return 0
  }
  const settings = readSettings(process.env, process.cwd())
  const host = `http://${settings.host}:${settings.port}`
  const gateways = await openGateways({ settings, acquirer: {}, shop: shopAddress(host) })
  try {
    const florin = await createFlorin({
      storage: await openStorage(settings),
      gateways: Object.fromEntries(gateways.open.map(({ name, gateway }) => [name, gateway])),
      keys: openKeys(settings),
      defaultMerchant: settings.apiKeys.first,
    })
    try {
      return await runCommand(florin, command, terminal)
    } finally {
      await florin.close()
    }
  } finally {
    await gateways.close()
  }
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    if (error instanceof WrongCommand) console.error(`${error.message}\n\n${HELP}`)
    else console.error(isFlorinError(error) ? `florin: ${error.message}` : error)
    process.exitCode = error instanceof WrongCommand ? 2 : 1
  },
)
