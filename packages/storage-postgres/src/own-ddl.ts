/** What the first migration makes besides the catalogue's tables. Unqualified, as every migration: the schema is on the search path. */
export const OWN_DDL: readonly string[] = [
  `create table "florin_batches" (
  "id" text collate "C" not null primary key, "void" boolean not null default false,
  "at" timestamptz not null default now()
)`,
  `create function "florin_refuse"() returns trigger language plpgsql as 'begin
  raise exception using message = tg_argv[0], errcode = ''restrict_violation'';
end'`,
]
