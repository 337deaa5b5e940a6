/*
 * The characters that every SEPA bank takes, and how others are written with them.
 * Date: 2026-11-21. Source: European Payments Council, EPC217-08 (SEPA requirements for an extended character set): the basic Latin set.
 */
const BASIC = /^[A-Za-z0-9/\-?:().,'+ ]*$/

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  Æ: 'AE',
  æ: 'ae',
  Œ: 'OE',
  œ: 'oe',
  Ø: 'O',
  ø: 'o',
  Đ: 'D',
  đ: 'd',
  Ð: 'D',
  ð: 'd',
  Þ: 'TH',
  þ: 'th',
  Ł: 'L',
  ł: 'l',
  Ħ: 'H',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
  Ŋ: 'N',
  '€': 'E',
  '&': '+',
  _: '-',
  '–': '-',
  '—': '-',
  '’': "'",
  '‘': "'",
  '“': "'",
  '”': "'",
  '"': "'",
  ';': ',',
}

/**
 * A text in SEPA's characters: letters lose their accents, other signs become the nearest one, or a full stop. What has no Latin letter
 * (Greek, Cyrillic, Chinese) is not guessed at: then it is the first such character that comes back.
 */
export const sepaText = (text: string): { readonly text: string } | { readonly foreign: string } => {
  let written = ''
  for (const char of text.normalize('NFKD')) {
    if (/\p{M}/u.test(char)) continue // an accent that was taken off its letter
    const mapped = LETTERS[char] ?? char
    if (BASIC.test(mapped)) written += mapped
    else if (/[!-~]/.test(char)) written += '.'
    else if (/\s/u.test(char)) written += ' '
    else return { foreign: char }
  }
  return { text: written.replaceAll(/ +/g, ' ').trim() }
}
