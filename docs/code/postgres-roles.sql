-- Once, as a superuser, connected to the database that is to hold Florin's tables. Set passwords apart, with \password.
create role florin_owner login;    -- owns the tables: takes the steps of the schema, and nothing else
create role florin_app login;      -- the application servers
create role florin_auditor login;  -- florin verify, reports

create schema florin authorization florin_owner;
grant usage on schema florin to florin_auditor;
alter default privileges for role florin_owner in schema florin grant select on tables to florin_auditor;

do $$ begin
  -- `florin migrate` makes its schema if it is missing, and PostgreSQL asks for this right also where it is there
  execute format('grant connect, create on database %I to florin_owner', current_database());
  execute format('grant connect on database %I to florin_app, florin_auditor', current_database());
  execute format('revoke create, temporary on database %I from public', current_database());
end $$;
