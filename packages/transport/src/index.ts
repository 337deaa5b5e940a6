export { httpTransport } from './http-transport.ts'
export type { Credentials, HttpTransportOptions } from './options.ts'
