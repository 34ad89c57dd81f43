--! function_not_allowed
SELECT pg_sleep(10)

--! function_not_allowed
SELECT pg_read_file('/etc/passwd')

--! function_not_allowed
SELECT pg_ls_dir('/')

--! function_not_allowed
SELECT pg_read_binary_file('/etc/passwd') FROM orders

--! function_not_allowed
SELECT lo_import('/etc/passwd')

--! function_not_allowed
SELECT lo_export(1, '/tmp/x')

--! function_not_allowed
SELECT * FROM dblink('host=127.0.0.1', 'SELECT 1') AS t(a int)

--! function_not_allowed
SELECT pg_terminate_backend(1)

--! function_not_allowed
SELECT set_config('transaction_read_only', 'off', false)

--! function_not_allowed
SELECT current_setting('data_directory')

--! function_not_allowed
SELECT query_to_xml('DELETE FROM orders', true, true, '')

--! function_not_allowed
SELECT database_to_xml(true, true, '')

--! function_not_allowed
SELECT table_to_xml('orders', true, true, '')

--! function_not_allowed
SELECT nextval('orders_id_seq')

--! function_not_allowed
SELECT pg_advisory_lock(1)

--! function_not_allowed
SELECT pg_notify('a', 'b')

--! function_not_allowed
SELECT txid_current()

--! function_not_allowed
SELECT pg_catalog.pg_sleep(1)

--! function_not_allowed
SELECT evil.sum(id) FROM orders

--! function_not_allowed
SELECT * FROM evil.generate_series(1, 2)

--! function_not_allowed
SELECT "Lower"(name) FROM customers WHERE "PG_SLEEP"(1) IS NULL

--! function_not_allowed
SELECT "pg_sleep"(1)

--! function_not_allowed
SELECT U&"pg\005fsleep"(1)

--! function_not_allowed
SELECT version()

--! function_not_allowed
SELECT inet_server_addr()

--! function_not_allowed
SELECT has_table_privilege('orders', 'SELECT')

--! function_not_allowed
SELECT * FROM ts_stat('SELECT 1')

--! function_not_allowed
SELECT 1 FROM orders WHERE CASE WHEN true THEN pg_sleep(5) IS NULL END

--! function_not_allowed
SELECT pg_stat_file('postgresql.conf') UNION SELECT NULL

--! function_not_allowed
SELECT * FROM orders, LATERAL pg_ls_dir('/') AS x

--! function_not_allowed
SELECT * FROM ROWS FROM (pg_ls_dir('/'), generate_series(1, 2)) AS x

--! unknown_table
SELECT * FROM pg_catalog.pg_shadow

--! unknown_table
SELECT * FROM pg_authid

--! unknown_table
SELECT * FROM orders, (pg_class)

--! unknown_table
SELECT * FROM "pg_stat_activity"

--! unknown_table
TABLE pg_user

--! unknown_table
WITH "PG_CLASS" AS (SELECT 1 AS x) SELECT * FROM pg_class

--! unknown_table
WITH pg_class AS (SELECT 1 AS x) SELECT * FROM "PG_CLASS"

--! unknown_table
WITH pg_class AS (SELECT * FROM pg_class) SELECT * FROM pg_class

--! unknown_table
SELECT * FROM ONLY pg_class

--! unknown_table
SELECT * FROM postgres.public.orders

--! not_read_only|syntax_error
COPY orders TO '/tmp/x'

--! not_read_only|syntax_error
COPY (SELECT 1) TO PROGRAM 'id'

--! not_read_only|syntax_error
COPY orders FROM PROGRAM 'id'

--! not_read_only|syntax_error
DO $$ BEGIN PERFORM pg_sleep(1); END $$

--! not_read_only|syntax_error
EXPLAIN ANALYZE SELECT pg_sleep(1)

--! not_read_only|syntax_error
SELECT * FROM orders FOR SHARE

--! not_read_only|syntax_error
SELECT * FROM orders FOR NO KEY UPDATE

--! not_read_only
SELECT 'pg_authid'::regclass

--! not_read_only
SELECT CAST('x' AS pg_catalog.regproc)

--! not_read_only|syntax_error
SELECT 1 OPERATOR(pg_catalog.+) 2

--! not_read_only|syntax_error
PREPARE x AS DELETE FROM orders

--! not_read_only|syntax_error
EXECUTE x

--! not_read_only|syntax_error
DECLARE c CURSOR FOR SELECT 1

--! not_read_only|syntax_error
LISTEN x

--! not_read_only|syntax_error
LOAD 'library'

--! not_read_only|syntax_error
CREATE EXTENSION dblink

--! not_read_only|syntax_error
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE

--! not_read_only|syntax_error
RESET ALL

--! not_read_only|syntax_error
REFRESH MATERIALIZED VIEW x

--! multiple_statements
SELECT 1; SET TRANSACTION READ WRITE; DELETE FROM orders

--! multiple_statements
SELECT $a$ ; $a$; DELETE FROM orders

--! bad_parameter
SELECT id FROM orders WHERE id = $1

--! unknown_column
SELECT x.pg_read_file FROM unnest(ARRAY['/etc/passwd']) AS x

--! unknown_column
SELECT pg_read_file.pg_read_file FROM unnest(ARRAY['/etc/passwd']) AS pg_read_file(a)

--! function_not_allowed
SELECT ('/etc/passwd'::text).pg_read_file

--! function_not_allowed
SELECT (0.1::float8).pg_sleep

--! function_not_allowed
SELECT (o).pg_column_size FROM orders o

--! function_not_allowed
SELECT (SELECT '/etc/passwd'::text LIMIT 1).pg_read_file

--! unknown_column
SELECT o.pg_column_size FROM orders o

--! unknown_column
SELECT x.pg_sleep FROM generate_series(1, 2) AS x

--! unknown_column
SELECT x.pg_read_file FROM lower('/ETC/PASSWD') x

--! unknown_column
SELECT q.pg_column_size FROM (SELECT id FROM orders) q

--! unknown_column
WITH x AS (SELECT lower('/ETC/PASSWD')) SELECT x.pg_read_file FROM x

--! unknown_column
WITH RECURSIVE x AS (SELECT lower('A') UNION ALL SELECT x.pg_read_file FROM x) SELECT * FROM x

--! unknown_column
SELECT l.pg_read_file FROM orders o, LATERAL unnest(ARRAY['/etc/passwd']) AS l

--! unknown_column
SELECT v.pg_read_file FROM (VALUES ('/etc/passwd')) AS v

--! unknown_column
SELECT r.pg_read_file FROM ROWS FROM (unnest(ARRAY['/etc/passwd'])) AS r(a)

--! unknown_column
SELECT user FROM unnest(ARRAY['a'])

--! unknown_column|function_not_allowed
SELECT session_user FROM generate_series(1, 2)

--! unknown_column
SELECT generate_series.pg_sleep FROM generate_series(1, 2)
