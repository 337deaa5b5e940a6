/** A card number that passes the Luhn check and belongs to nobody: it may be found nowhere. */
export const CANARY_PAN = '4929123412341232'
