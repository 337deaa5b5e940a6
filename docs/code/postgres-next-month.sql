-- Every month, before it is needed, while the servers run: makes room for the month after next.
set lock_timeout = '2s';
select florin.make_month((now() + interval '2 months')::date);
