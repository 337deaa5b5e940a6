// Spelled without `_` and `-`, in lower case. Strong names mean one thing wherever they stand, also in prose; the plain ones are words.
const STRONG = [
  ...['cardnumber', 'pan', 'primaryaccountnumber', 'ccnumber', 'dpan', 'fpan'],
  ...['cvc', 'cvv', 'cvc2', 'cvv2', 'cvn', 'csc', 'securitycode', 'verificationvalue'],
  ...['expmonth', 'expyear', 'expirymonth', 'expiryyear', 'expirydate', 'expdate'],
  ...['expirationmonth', 'expirationyear', 'expirationdate', 'cardexpiry'],
  ...['track1', 'track2', 'trackdata', 'track1data', 'track2data', 'magstripe', 'pinblock', 'emvdata'],
  ...['cryptogram', 'cavv', 'ucaf', 'authenticationvalue', 'pares', 'cres', 'redirectresult', 'threedsresult'],
  ...['secret', 'password', 'passwd', 'passphrase', 'apikey', 'privatekey', 'hmackey', 'ephemeralkey'],
  ...['authorization', 'cookie', 'accesstoken', 'refreshtoken', 'sessiondata', 'credentials'],
]
const PLAIN = [
  ...['number', 'expiry', 'cid', 'pin', 'token', 'paymentdata', 'storedpaymentmethodid', 'recurringdetailreference'],
  ...['name', 'firstname', 'lastname', 'middlename', 'fullname', 'givenname', 'familyname', 'surname'],
  ...['holdername', 'ownername', 'cardholder', 'cardholdername', 'accountholder', 'accountholdername', 'shoppername'],
  ...['customername', 'email', 'phone', 'mobile', 'mobilephone', 'phonenumber', 'telephonenumber'],
  ...['iban', 'accountnumber', 'bankaccountnumber', 'ssn', 'socialsecuritynumber', 'taxid', 'idnumber'],
  ...['dob', 'dateofbirth', 'birthdate', 'line1', 'line2', 'street', 'housenumberorname', 'postalcode', 'zip'],
  ...['ip', 'ipaddress', 'shopperip', 'customerip', 'clientip', 'remoteip', 'xforwardedfor', 'xrealip'],
  ...['devicefingerprint', 'clientdata'],
]
const STRONG_ENDINGS = /(?:cardnumber|cvc|cvv|securitycode|secret|password|apikey|privatekey|authorization|cookie)$/
const PLAIN_ENDINGS = /(?:token|email|iban|accountnumber|phonenumber|cryptogram)$/
const LONGEST = 64

/** How surely a field's name says that its value is nobody's business. */
export type Sensitivity = 'strong' | 'plain' | 'none'

const strong = new Set(STRONG)
const plain = new Set(PLAIN)

/**
 * Whether the value of a field may be shown, by the field's name: card data, secrets and tokens, and what says who the buyer is. Names are
 * compared without case, `_` and `-`: `card_number` is `cardNumber`.
 */
export const sensitivityOf = (name: string): Sensitivity => {
  const key = name.slice(-LONGEST).toLowerCase().replaceAll(/[_-]/g, '')
  if (strong.has(key) || key.startsWith('encrypted') || STRONG_ENDINGS.test(key)) return 'strong'
  return plain.has(key) || PLAIN_ENDINGS.test(key) ? 'plain' : 'none'
}
