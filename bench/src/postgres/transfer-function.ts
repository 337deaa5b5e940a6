import type pg from 'pg'

/** One call a transfer, as many would write it: accounts locked in the order of their ids, checked, written, and an entry for each. */
const SCHEMA = `
create table bench_accounts (id text primary key, balance bigint not null, version bigint not null) with (fillfactor = 50);
create table bench_transfers (reference text primary key, amount bigint not null, at timestamptz not null default now());
create table bench_entries (account text, version bigint, reference text not null, amount bigint not null, balance bigint not null,
  primary key (account, version));
create function bench_transfer(ref text, debit text, credit text, moved bigint, lowest bigint) returns void language plpgsql as $$
declare
  a bench_accounts; b bench_accounts;
begin
  perform from bench_accounts where id in (debit, credit) order by id for update;
  select * into a from bench_accounts where id = debit;
  select * into b from bench_accounts where id = credit;
  if a.id is null or b.id is null then raise exception 'no such account'; end if;
  if a.balance - moved < lowest then raise exception 'below the floor'; end if;
  insert into bench_transfers values (ref, moved);
  update bench_accounts set balance = balance - moved, version = version + 1 where id = debit;
  update bench_accounts set balance = balance + moved, version = version + 1 where id = credit;
  insert into bench_entries values (debit, a.version + 1, ref, -moved, a.balance - moved), (credit, b.version + 1, ref, moved, b.balance + moved);
end $$;`

/** Makes the function with its tables and accounts, in the connection's schema. */
export const makeTransferFunction = async (client: pg.Client, accounts: number): Promise<void> => {
  await client.query(SCHEMA)
  const fill = `insert into bench_accounts select side || n, 0, 0 from unnest(array['debit/', 'credit/']) as side, generate_series(0, $1::int - 1) as n`
  await client.query(fill, [accounts])
}

const CALL = 'select bench_transfer($1, $2, $3, 100, -9000000000000000)'

/** Calls it `count` times over the connections, one call a time on each, and gives how many a second that were. */
export const transferRate = async (
  clients: readonly pg.Client[],
  count: number,
  accountOf: (n: number) => number,
  prefix: string,
): Promise<number> => {
  let next = 0
  const work = async (client: pg.Client): Promise<void> => {
    while (next < count) {
      const n = next++
      const account = accountOf(n)
      const values = [`${prefix}${n}`, `debit/${account}`, `credit/${account}`]
      await client.query({ name: 'transfer', text: CALL, values })
    }
  }
  const start = performance.now()
  await Promise.all(clients.map(work))
  return count / ((performance.now() - start) / 1_000)
}
