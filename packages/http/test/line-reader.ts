import type { StatementReader } from '@florin/core/statements'

/** Reads lines of `id,amount` (minor units of EUR) about nothing that we know, as they come; `?` in place of an amount is no line. */
export const lineReader: StatementReader = {
  format: 'test.lines',
  async *read(bytes) {
    const decoder = new TextDecoder()
    let left = ''
    let line = 0
    const itemOf = (text: string) => {
      line += 1
      const [id = '', amount = ''] = text.split(',')
      if (!/^\d+$/.test(amount)) return { is: 'malformed', line, why: `'${amount.slice(0, 20)}' is no amount` } as const
      const references = { attempt: null, gatewayId: `ch_${id}`, parentGatewayId: null, batch: null, endToEnd: null }
      const money = { currency: 'EUR', gross: BigInt(amount), fee: 0n, net: BigInt(amount), presentment: null }
      const when = { occurredAt: 1_000, valueAt: 1_000 }
      return { is: 'line', line, id, kind: 'capture', ...money, ...when, references, text: '' } as const
    }
    for await (const part of bytes) {
      const texts = (left + decoder.decode(part, { stream: true })).split('\n')
      left = texts.pop() ?? ''
      if (texts.length > 0) yield texts.map(itemOf)
    }
    if (left !== '') yield [itemOf(left)]
  },
}
