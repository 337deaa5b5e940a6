import { SaxesParser } from 'saxes'

/** An element as it was read. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  /** Of one without children. */
  readonly text: string
}

/** The tree of an XML document. */
export const treeOf = (xml: string): Element => {
  const open: { name: string; attributes: Record<string, string>; children: Element[]; text: string }[] = []
  let root: Element | undefined
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    open.push({ name, attributes: { ...attributes } as Record<string, string>, children: [], text: '' })
  })
  parser.on('text', (text) => {
    const inner = open.at(-1)
    if (inner !== undefined) inner.text += text
  })
  parser.on('closetag', () => {
    const closed = open.pop()
    if (closed === undefined) return
    const outer = open.at(-1)
    if (outer === undefined) root = closed
    else outer.children.push(closed)
  })
  parser.write(xml).close()
  if (root === undefined) throw new Error('there is no element')
  return root
}

/** The element at a path of names; undefined where there is none. */
export const at = (from: Element, path: string): Element | undefined =>
  path.split('/').reduce<Element | undefined>((one, name) => one?.children.find((child) => child.name === name), from)

/** All children of a name. */
export const all = (from: Element, name: string): readonly Element[] =>
  from.children.filter((child) => child.name === name)

/** A simple type: what its text must be; with attributes, what those must be. */
interface Simple {
  readonly pattern: RegExp
  readonly attributes?: Readonly<Record<string, RegExp>>
}
/** A complex type: its children in their order, `?` after one that may be absent, `+` after one that may repeat. */
type Complex = readonly (readonly [name: string, type: Simple | Complex])[]

const simple = (pattern: RegExp): Simple => ({ pattern })
/** SEPA's basic Latin set (EPC217-08), of so many characters. */
const latin = (most: number): Simple => simple(new RegExp(`^[A-Za-z0-9/\\-?:().,'+ ]{1,${most}}$`))
/** An identification: besides, it neither begins nor ends with a slash, and has no two in a row (EPC132-08, 1.4). */
const reference = simple(/^(?!\/)(?!.*\/\/)(?!.*\/$)[A-Za-z0-9/\-?:().,'+ ]{1,35}$/)
const name70 = latin(70) // Max140Text, of which EPC132-08 takes 70
const iban = simple(/^[A-Z]{2}[0-9]{2}[A-Za-z0-9]{1,30}$/) // IBAN2007Identifier
const bic = simple(/^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/) // BICFIDec2014Identifier
const count = simple(/^[0-9]{1,15}$/) // Max15NumericText
const sum = simple(/^[0-9]{1,16}\.[0-9]{2}$/) // DecimalNumber of 18 digits, of which EPC132-08 has two behind the point
const amount: Simple = { pattern: /^(?!0+\.00$)[0-9]{1,9}\.[0-9]{2}$/, attributes: { Ccy: /^EUR$/ } } // EPC132-08: 0.01 to 999999999.99
const day = simple(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/) // ISODate
const instant = simple(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/) // ISODateTime
const word = (text: string): Simple => simple(new RegExp(`^(?:${text})$`))

const account: Complex = [['Id', [['IBAN', iban]]]]
const address: Complex = [
  ['StrtNm?', latin(70)],
  ['BldgNb?', latin(16)],
  ['PstCd?', latin(16)],
  ['TwnNm', latin(35)],
  ['Ctry', simple(/^[A-Z]{2}$/)],
]

/**
 * The part of the schema of pain.001.001.09 that SEPA credit transfers use, with what the European Payments Council takes of it (EPC132-08,
 * customer-to-bank implementation guidelines; EPC125-05, rulebook), by hand: GroupHeader85, PaymentInstruction30, CreditTransferTransaction34.
 * Elements that are not used here are left out, so one that was added without a rule is found.
 */
export const PAIN_001: Complex = [
  [
    'CstmrCdtTrfInitn',
    [
      [
        'GrpHdr',
        [
          ['MsgId', reference],
          ['CreDtTm', instant],
          ['NbOfTxs', count],
          ['CtrlSum?', sum],
          ['InitgPty', [['Nm?', name70]]],
        ],
      ],
      [
        'PmtInf+',
        [
          ['PmtInfId', reference],
          ['PmtMtd', word('TRF')],
          ['BtchBookg?', word('true|false')],
          ['NbOfTxs?', count],
          ['CtrlSum?', sum],
          ['PmtTpInf?', [['SvcLvl', [['Cd', word('SEPA')]]]]],
          ['ReqdExctnDt', [['Dt', day]]], // a choice of Dt and DtTm, of which SEPA has the former
          [
            'Dbtr',
            [
              ['Nm', name70],
              ['PstlAdr?', address],
            ],
          ],
          ['DbtrAcct', account],
          // An agent without a BIC is NOTPROVIDED (EPC132-08); the element itself is needed.
          [
            'DbtrAgt',
            [
              [
                'FinInstnId',
                [
                  ['BICFI?', bic],
                  ['Othr?', [['Id', word('NOTPROVIDED')]]],
                ],
              ],
            ],
          ],
          ['ChrgBr?', word('SLEV')],
          [
            'CdtTrfTxInf+',
            [
              ['PmtId', [['EndToEndId', reference]]],
              ['Amt', [['InstdAmt', amount]]],
              ['CdtrAgt?', [['FinInstnId', [['BICFI', bic]]]]],
              ['Cdtr', [['Nm', name70]]],
              ['CdtrAcct', account],
              ['RmtInf?', [['Ustrd', latin(140)]]],
            ],
          ],
        ],
      ],
    ],
  ],
]

const isSimple = (type: Simple | Complex): type is Simple => 'pattern' in type

const simpleFaults = ({ text, attributes, children }: Element, type: Simple, path: string): readonly string[] => {
  if (children.length > 0) return [`${path} has elements in it`]
  const names = new Set([...Object.keys(attributes), ...Object.keys(type.attributes ?? {})])
  const wrong = [...names].filter((name) => !(type.attributes?.[name]?.test(attributes[name] ?? '') ?? false))
  return [
    ...(type.pattern.test(text) ? [] : [`${path} is '${text}', which is not ${type.pattern}`]),
    ...wrong.map((name) => `${path} has ${name}='${attributes[name]}'`),
  ]
}

/** What is wrong with an element by the rules for its children: their order, how often they are there, and each in itself. */
export const faultsOf = (element: Element, type: Simple | Complex, path: string = element.name): readonly string[] => {
  if (isSimple(type)) return simpleFaults(element, type, path)
  const faults: string[] = []
  let next = 0
  for (const [rule, inner] of type) {
    const name = rule.replace(/[?+]$/, '')
    let found = 0
    for (let child = element.children[next]; child?.name === name; child = element.children[next]) {
      faults.push(...faultsOf(child, inner, `${path}/${name}`))
      next += 1
      found += 1
    }
    if (found === 0 && !rule.endsWith('?')) faults.push(`${path} has no ${name} in its place`)
    if (found > 1 && !rule.endsWith('+')) faults.push(`${path} has ${found} ${name}`)
  }
  const left = element.children[next]
  return left === undefined ? faults : [...faults, `${path} has a ${left.name} where none may be`]
}
