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

--! function_not_allowed
SELECT pg_read_file('/etc/passwd', 0, 100)

--! function_not_allowed
SELECT pg_ls_waldir()

--! function_not_allowed
SELECT * FROM pg_ls_logdir()

--! function_not_allowed
SELECT * FROM pg_ls_tmpdir()

--! function_not_allowed
SELECT lo_get(1)

--! function_not_allowed
SELECT lo_put(1, 0, 'x')

--! function_not_allowed
SELECT lo_from_bytea(0, 'x')

--! function_not_allowed
SELECT lo_create(0), lo_unlink(1)

--! function_not_allowed
SELECT loread(1, 10)

--! function_not_allowed
SELECT * FROM dblink_exec('host=127.0.0.1', 'DELETE FROM orders')

--! function_not_allowed
SELECT dblink_connect('c', 'host=10.0.0.1')

--! function_not_allowed
SELECT pg_sleep_for('5 minutes')

--! function_not_allowed
SELECT pg_sleep_until('tomorrow')

--! function_not_allowed
SELECT pg_cancel_backend(1)

--! function_not_allowed
SELECT pg_reload_conf(), pg_rotate_logfile()

--! function_not_allowed
SELECT pg_switch_wal()

--! function_not_allowed
SELECT pg_create_restore_point('x')

--! function_not_allowed
SELECT pg_logical_slot_get_changes('s', NULL, NULL)

--! function_not_allowed
SELECT pg_create_logical_replication_slot('s', 'test_decoding')

--! function_not_allowed
SELECT pg_promote()

--! function_not_allowed
SELECT pg_advisory_xact_lock(1)

--! function_not_allowed
SELECT pg_try_advisory_lock(1), pg_advisory_unlock_all()

--! function_not_allowed
SELECT txid_current_snapshot()

--! function_not_allowed
SELECT pg_current_xact_id(), pg_export_snapshot()

--! function_not_allowed
SELECT set_config('statement_timeout', '0', false)

--! function_not_allowed
SELECT setval('orders_id_seq', 1), currval('orders_id_seq'), lastval()

--! function_not_allowed
SELECT setseed(0.5)

--! function_not_allowed
SELECT query_to_xmlschema('SELECT 1', true, true, '')

--! function_not_allowed
SELECT query_to_xml_and_xmlschema('SELECT * FROM pg_authid', true, true, '')

--! function_not_allowed
SELECT cursor_to_xml('c', 1, true, true, '')

--! function_not_allowed
SELECT schema_to_xml('public', true, true, '')

--! function_not_allowed
SELECT xpath('/x', '<x/>')

--! syntax_error
SELECT xmlparse(DOCUMENT '<x/>')

--! function_not_allowed
SELECT xmlelement(name x, 1)

--! function_not_allowed
SELECT * FROM ts_stat('SELECT to_tsvector(rolpassword) FROM pg_authid')

--! function_not_allowed
SELECT ts_rewrite('a'::tsquery, 'SELECT 1, 2')

--! function_not_allowed
SELECT pg_get_viewdef('v'), pg_get_functiondef(1)

--! function_not_allowed
SELECT pg_get_userbyid(10)

--! function_not_allowed
SELECT pg_relation_size('orders')

--! function_not_allowed
SELECT pg_database_size('postgres')

--! function_not_allowed
SELECT pg_size_pretty(pg_total_relation_size('orders'))

--! function_not_allowed
SELECT pg_stat_get_activity(1)

--! function_not_allowed
SELECT * FROM pg_show_all_settings()

--! function_not_allowed
SELECT pg_settings_get_flags('port')

--! function_not_allowed
SELECT * FROM pg_hba_file_rules()

--! function_not_allowed
SELECT * FROM pg_config()

--! function_not_allowed
SELECT pg_postmaster_start_time(), pg_conf_load_time()

--! function_not_allowed
SELECT pg_backend_pid(), inet_client_addr(), inet_server_port()

--! function_not_allowed
SELECT current_database()

--! function_not_allowed
SELECT current_schemas(true)

--! function_not_allowed
SELECT obj_description(1), col_description(1, 1), shobj_description(1, 'x')

--! function_not_allowed
SELECT has_database_privilege('postgres', 'CREATE')

--! function_not_allowed
SELECT pg_has_role('postgres', 'MEMBER')

--! function_not_allowed
SELECT to_regclass('pg_authid'), to_regproc('pg_sleep')

--! function_not_allowed
SELECT pg_typeof(1), format_type(23, NULL)

--! function_not_allowed
SELECT crypt('x', 'y'), gen_salt('bf', 31)

--! function_not_allowed
SELECT plpgsql_inline_handler(NULL)

--! function_not_allowed
SELECT * FROM json_populate_record(NULL::pg_authid, '{}')

--! function_not_allowed
SELECT * FROM jsonb_populate_recordset(NULL::pg_authid, '[]')

--! function_not_allowed
SELECT * FROM file_fdw_handler()

--! function_not_allowed
SELECT adminpack.pg_file_write('x', 'y', true)

--! function_not_allowed
SELECT pg_file_write('x', 'y', true)

--! function_not_allowed
SELECT * FROM pg_stat_statements_reset()

--! function_not_allowed
SELECT * FROM pg_available_extensions()

--! function_not_allowed
SELECT * FROM pg_timezone_names()

--! function_not_allowed
SELECT * FROM pg_lock_status()

--! function_not_allowed
SELECT * FROM pg_prepared_statement()

--! function_not_allowed
SELECT E'' || pg_sleep(1)

--! function_not_allowed
SELECT pg_catalog.lower('A')

--! function_not_allowed
SELECT "pg_catalog"."pg_sleep"(1)

--! function_not_allowed
SELECT shop.public.lower('A')

--! function_not_allowed
SELECT U&"\0070g_sleep"(1)

--! function_not_allowed
SELECT "PG_SLEEP"(1)

--! function_not_allowed
SELECT pg_sleep/**/(1)

--! function_not_allowed
SELECT pg_sleep -- comment
(1)

--! function_not_allowed
SELECT ALL pg_sleep(1)

--! function_not_allowed
SELECT DISTINCT ON (pg_sleep(1)) id FROM orders

--! function_not_allowed
SELECT count(*) FILTER (WHERE pg_sleep(1) IS NULL) FROM orders

--! function_not_allowed
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY pg_sleep(1)) FROM orders

--! function_not_allowed
SELECT array_agg(id ORDER BY pg_sleep(1)) FROM orders

--! function_not_allowed
SELECT ARRAY[pg_sleep(1)::text]

--! function_not_allowed
SELECT ARRAY(SELECT pg_sleep(1)::text)

--! function_not_allowed
SELECT (ARRAY[1, 2])[pg_backend_pid()]

--! function_not_allowed
SELECT ROW(pg_sleep(1))

--! function_not_allowed
SELECT * FROM generate_series(1, pg_backend_pid())

--! syntax_error
SELECT * FROM orders TABLESAMPLE SYSTEM (pg_backend_pid())

--! function_not_allowed
SELECT id FROM orders WINDOW w AS (ORDER BY pg_sleep(1))

--! function_not_allowed
SELECT id FROM orders GROUP BY GROUPING SETS ((pg_sleep(1)), ())

--! function_not_allowed
SELECT id FROM orders OFFSET pg_backend_pid()

--! function_not_allowed
SELECT now() AT TIME ZONE current_setting('data_directory')

--! function_not_allowed
SELECT 'x' COLLATE "C" || version()

--! function_not_allowed
SELECT * FROM orders o, LATERAL (SELECT pg_sleep(o.total)) x

--! function_not_allowed
SELECT * FROM jsonb_to_recordset(current_setting('x')::jsonb) AS r(a int)

--! function_not_allowed
SELECT session_user

--! function_not_allowed
SELECT current_schema

--! function_not_allowed
SELECT current_role, current_catalog

--! function_not_allowed
SELECT ('a'::text).upper

--! function_not_allowed
SELECT (ARRAY['/etc/passwd'])[1].pg_read_file

--! function_not_allowed
SELECT (c.meta).pg_column_size FROM customers c

--! unknown_column
SELECT c.upper FROM customers c

--! unknown_column
SELECT o.ctid FROM orders o

--! unknown_column
SELECT xmin, xmax, tableoid FROM orders

--! unknown_table
SELECT * FROM pg_settings

--! unknown_table
SELECT * FROM pg_stat_activity

--! unknown_table
SELECT * FROM pg_catalog.pg_proc

--! unknown_table
SELECT * FROM pg_largeobject

--! unknown_table
SELECT * FROM pg_toast.pg_toast_1262

--! unknown_table
SELECT * FROM pg_temp.x

--! unknown_table
SELECT * FROM information_schema.role_table_grants

--! syntax_error
SELECT * FROM ONLY (pg_authid)

--! unknown_table
SELECT * FROM pg_authid TABLESAMPLE SYSTEM (100)

--! syntax_error
SELECT * FROM U&"\0070g_authid"

--! unknown_table
SELECT * FROM "PUBLIC".orders AS o, "Pg_Class"

--! unknown_table
TABLE pg_shadow

--! unknown_table
SELECT id FROM orders UNION TABLE pg_authid

--! unknown_table
SELECT (TABLE pg_authid LIMIT 1)

--! unknown_table
SELECT * FROM orders_id_seq

--! unknown_table
SELECT * FROM public.pg_authid

--! not_read_only
SELECT 'orders'::regclass::oid

--! not_read_only
SELECT 1::regtype, 'lower'::regproc, 'public'::regnamespace, 'postgres'::regrole

--! not_read_only
SELECT '1'::oid

--! not_read_only
SELECT NULL::pg_authid

--! not_read_only
SELECT '{1}'::oidvector

--! not_read_only
SELECT '<x/>'::xml

--! not_read_only
SELECT 1 OPERATOR(public.=) 1

--! syntax_error
SELECT - OPERATOR(pg_catalog.-) 1

--! syntax_error
SELECT id FROM orders ORDER BY id USING OPERATOR(pg_catalog.<)

--! not_read_only
SELECT * FROM orders FOR KEY SHARE NOWAIT

--! not_read_only
SELECT * FROM orders o JOIN customers c ON true FOR UPDATE OF o

--! not_read_only
SELECT * INTO UNLOGGED stolen FROM orders

--! not_read_only
SELECT id INTO TABLE stolen FROM orders

--! syntax_error
COPY (DELETE FROM orders RETURNING *) TO STDOUT

--! not_read_only
COPY orders FROM '/etc/passwd'

--! syntax_error
NOTIFY x, 'y'

--! syntax_error
UNLISTEN *

--! not_read_only
DEALLOCATE ALL

--! not_read_only
DISCARD ALL

--! not_read_only
FETCH ALL FROM c

--! not_read_only
CLUSTER orders

--! not_read_only
REINDEX TABLE orders

--! not_read_only
SET ROLE postgres

--! not_read_only
SET LOCAL statement_timeout = 0

--! not_read_only
SHOW data_directory

--! not_read_only
ALTER SYSTEM SET port = 1

--! not_read_only
ALTER ROLE postgres PASSWORD 'x'

--! not_read_only
CREATE ROLE evil SUPERUSER

--! syntax_error
SECURITY LABEL ON TABLE orders IS 'x'

--! syntax_error
REASSIGN OWNED BY a TO b

--! syntax_error
IMPORT FOREIGN SCHEMA public FROM SERVER s INTO public

--! not_read_only
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw

--! not_read_only
CALL p()

--! not_read_only
LOCK TABLE orders IN ACCESS EXCLUSIVE MODE

--! not_read_only
EXPLAIN (ANALYZE, BUFFERS) DELETE FROM orders

--! not_read_only
WITH x AS (UPDATE orders SET total = 0 RETURNING *) TABLE x

--! not_read_only
WITH x AS (MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN DELETE) SELECT 1

--! syntax_error
SELECT * FROM (INSERT INTO orders (id) VALUES (9) RETURNING *) x

--! multiple_statements
SELECT $tag$ ; $tag$ ; DROP TABLE orders

--! multiple_statements
SELECT E'\'; ' ; DELETE FROM orders; --'

--! multiple_statements
SELECT 'a\'; DELETE FROM orders; --'

--! multiple_statements
SELECT U&'\0027' ; DELETE FROM orders

--! multiple_statements
SELECT 1 /* /* */ */ ; DELETE FROM orders

--! bad_parameter
SELECT $1::text

--! bad_parameter
SELECT %(id)s

--! unknown_column
SELECT "pаssword" FROM orders

--! function_not_allowed
SELECT "evil"(1)

--! bad_parameter
SELECT id FROM orders WHERE id = @id

--! syntax_error
SELECT FROM orders

--! syntax_error
SELECT id FROM (SELECT FROM orders) x
