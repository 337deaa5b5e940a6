/** A command line that was spelled wrong: the message says how; exit code 2. */
export class WrongCommand extends Error {
  override readonly name = 'WrongCommand'
}
