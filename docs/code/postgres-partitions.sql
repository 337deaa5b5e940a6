-- As the owner of the tables, while no server runs; on an empty schema it takes no time. Divides what only ever grows into 16 parts by
-- merchant: each part has its own indexes, and can be moved to a disk of its own.
do $$
declare
  name text;
  definition text;
  definitions text[];
begin
  foreach name in array array['events', 'entries', 'ledger_transactions', 'gateway_refs', 'payment_winners', 'shares'] loop
    select coalesce(array_agg(pg_get_triggerdef(oid)), '{}') into definitions
      from pg_trigger where tgrelid = format('florin.%I', name)::regclass and not tgisinternal;
    execute format('alter table florin.%I rename to %I', name, name || '_whole');
    execute format(
      'create table florin.%I (like florin.%I including all) partition by hash (merchant)', name, name || '_whole');
    for part in 0..15 loop
      execute format(
        'create table florin.%I partition of florin.%I for values with (modulus 16, remainder %s)',
        name || '_' || part, name, part);
    end loop;
    execute format('insert into florin.%I select * from florin.%I', name, name || '_whole');
    execute format('drop table florin.%I', name || '_whole');
    foreach definition in array definitions loop -- what refuses changes, on the whole and on each part
      execute definition;
      for part in 0..15 loop
        execute replace(
          definition, format(' ON florin.%I ', name), format(' ON florin.%I ', name || '_' || part));
      end loop;
    end loop;
  end loop;
end $$;
