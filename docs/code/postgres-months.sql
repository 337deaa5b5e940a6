-- As the owner of the tables. Divides `events` and `attempts` by the month in which their payment was made: once, while no server runs;
-- on an empty schema it takes no time. What belongs to no month that is there goes to the rest.
create function florin.make_month(month date) returns void language plpgsql as $$
declare
  alphabet constant text := '0123456789abcdefghjkmnpqrstvwxyz';
  parts constant text[] := array['events', 'attempts'];
  name text;
  definition text;
  bounds text[][] := '{}';
  at timestamp;
  ms bigint;
  id text;
begin
  foreach at in array array[date_trunc('month', month), date_trunc('month', month) + interval '1 month'] loop
    ms := extract(epoch from at at time zone 'UTC') * 1000;
    select 'pay_' || string_agg(substr(alphabet, ((ms >> 5 * place) & 31)::int + 1, 1), '' order by place desc)
      into id from generate_series(0, 9) as place; -- an id begins with its instant, in ten characters
    bounds := bounds || array[[id, rpad(lpad(to_hex(ms), 12, '0'), 32, '0')::uuid::text]];
  end loop;
  for number in 1..2 loop
    name := parts[number];
    id := name || to_char(month, '_YYYY_MM');
    continue when to_regclass(format('florin.%I', id)) is not null;
    execute format('create table florin.%I (like florin.%I including all)', id, name);
    for definition in select pg_get_triggerdef(oid) from pg_trigger
      where tgrelid = format('florin.%I', name)::regclass and not tgisinternal loop
      execute replace(definition, format(' ON florin.%I ', name), format(' ON florin.%I ', id));
    end loop;
    execute format('alter table florin.%I attach partition florin.%I for values from (%L) to (%L)',
      name, id, bounds[1][number], bounds[2][number]);
  end loop;
end $$;

do $$
declare
  name text;
  month date;
  oldest date;
  definition text;
  definitions text[];
begin
  select date_trunc('month', to_timestamp(coalesce(min("at"), 0) / 1000) at time zone 'UTC') into oldest from florin.events;
  if not exists (select from florin.events) then oldest := date_trunc('month', now() at time zone 'UTC'); end if;
  foreach name in array array['events', 'attempts'] loop
    select coalesce(array_agg(pg_get_triggerdef(oid)), '{}') into definitions
      from pg_trigger where tgrelid = format('florin.%I', name)::regclass and not tgisinternal;
    execute format('alter table florin.%I rename to %I', name, name || '_whole');
    execute format('create table florin.%I (like florin.%I including all) partition by range (%I)',
      name, name || '_whole', case name when 'events' then 'subject' else 'payment' end);
    execute format('create table florin.%I partition of florin.%I default', name || '_rest', name);
    foreach definition in array definitions loop -- what refuses changes
      execute definition;
      execute replace(definition, format(' ON florin.%I ', name), format(' ON florin.%I ', name || '_rest'));
    end loop;
  end loop;
  for month in select generate_series(oldest, now() at time zone 'UTC' + interval '1 month', '1 month') loop
    perform florin.make_month(month);
  end loop;
  foreach name in array array['events', 'attempts'] loop
    execute format('insert into florin.%I select * from florin.%I', name, name || '_whole');
    execute format('drop table florin.%I', name || '_whole');
  end loop;
end $$;
