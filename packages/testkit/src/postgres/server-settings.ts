/** Server settings as in postgresql.conf. */
export type ServerSettings = Readonly<Record<string, string | number | boolean>>
