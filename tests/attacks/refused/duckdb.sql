--! function_not_allowed
SELECT * FROM read_csv('/etc/passwd')

--! function_not_allowed
SELECT * FROM read_csv_auto('/etc/passwd')

--! function_not_allowed
SELECT * FROM read_text('/etc/passwd')

--! function_not_allowed
SELECT * FROM read_blob('/etc/*')

--! function_not_allowed
SELECT * FROM read_parquet('s3://bucket/x')

--! function_not_allowed
SELECT * FROM parquet_scan('x')

--! function_not_allowed
SELECT * FROM parquet_metadata('x')

--! function_not_allowed
SELECT * FROM read_json('https://example.com')

--! function_not_allowed
SELECT * FROM sniff_csv('/etc/passwd')

--! function_not_allowed
SELECT * FROM glob('/*')

--! function_not_allowed
SELECT * FROM query('DROP TABLE orders')

--! function_not_allowed
SELECT * FROM query_table('orders')

--! function_not_allowed
SELECT * FROM duckdb_settings()

--! function_not_allowed
SELECT * FROM duckdb_secrets()

--! function_not_allowed
SELECT * FROM postgres_scan('host=127.0.0.1', 'public', 'x')

--! function_not_allowed
SELECT * FROM sqlite_scan('x.db', 'y')

--! function_not_allowed
SELECT getenv('HOME')

--! function_not_allowed
SELECT current_setting('memory_limit')

--! function_not_allowed
SELECT getvariable('x')

--! function_not_allowed
SELECT json_execute_serialized_sql('x')

--! function_not_allowed
SELECT write_log('x')

--! function_not_allowed
SELECT nextval('x')

--! function_not_allowed
SELECT id.getenv() FROM orders

--! function_not_allowed
SELECT list_transform(['HOME'], x -> getenv(x))

--! function_not_allowed
SELECT [getenv(x) FOR x IN ['HOME']]

--! function_not_allowed
SELECT {'a': getenv('HOME')}

--! unknown_table
SELECT * FROM '/etc/passwd'

--! unknown_table
SELECT * FROM "data.csv"

--! unknown_table
FROM 'https://example.com/x.parquet'

--! unknown_table
SELECT * FROM orders, 'x.csv'

--! unknown_table
SELECT * FROM sqlite_master

--! unknown_table
SELECT * FROM duckdb_tables

--! unknown_table
SELECT * FROM system.main.duckdb_settings

--! unknown_table
SELECT * FROM memory.main.orders

--! not_read_only|syntax_error
COPY orders TO '/tmp/x.csv'

--! not_read_only|syntax_error
COPY (SELECT 1) TO '/tmp/x.parquet' (FORMAT parquet)

--! not_read_only|syntax_error
EXPORT DATABASE '/tmp/x'

--! not_read_only|syntax_error
IMPORT DATABASE '/tmp/x'

--! not_read_only|syntax_error
ATTACH '/tmp/x.db' AS y

--! not_read_only|syntax_error
INSTALL httpfs

--! not_read_only|syntax_error
LOAD httpfs

--! not_read_only|syntax_error
SET enable_external_access = true

--! not_read_only|syntax_error
PRAGMA database_list

--! not_read_only|syntax_error
CREATE SECRET x (TYPE s3)

--! not_read_only|syntax_error
SUMMARIZE orders

--! not_read_only|syntax_error
DESCRIBE orders

--! not_read_only|syntax_error
SELECT * FROM orders AT (VERSION => 1)

--! not_read_only|syntax_error
CHECKPOINT

--! not_read_only|syntax_error
CREATE MACRO f(x) AS getenv(x)

--! multiple_statements
SELECT 1; COPY orders TO '/tmp/x'

--! function_not_allowed
SELECT * FROM read_csv(['/etc/passwd', '/etc/group'], delim = ':')

--! function_not_allowed
SELECT * FROM read_json_auto('/etc/x.json')

--! function_not_allowed
SELECT * FROM read_ndjson('/etc/x')

--! function_not_allowed
SELECT * FROM read_json_objects('/etc/x')

--! function_not_allowed
SELECT * FROM read_xlsx('/tmp/x.xlsx')

--! function_not_allowed
SELECT * FROM st_read('/etc/x')

--! function_not_allowed
SELECT * FROM read_duckdb('/tmp/x.db')

--! function_not_allowed
SELECT * FROM parquet_schema('x'), parquet_kv_metadata('x'), parquet_file_metadata('x')

--! function_not_allowed
SELECT * FROM parquet_bloom_probe('x', 'a', 1)

--! function_not_allowed
SELECT * FROM delta_scan('s3://x')

--! function_not_allowed
SELECT * FROM iceberg_scan('s3://x')

--! function_not_allowed
SELECT * FROM mysql_query('db', 'SELECT 1')

--! function_not_allowed
SELECT * FROM postgres_query('db', 'SELECT 1')

--! function_not_allowed
SELECT * FROM postgres_attach('host=127.0.0.1')

--! function_not_allowed
SELECT * FROM sqlite_attach('x.db')

--! function_not_allowed
SELECT * FROM arrow_scan(1, 2, 3)

--! function_not_allowed
SELECT * FROM pandas_scan(1)

--! function_not_allowed
SELECT * FROM seq_scan('orders')

--! function_not_allowed
SELECT * FROM duckdb_functions()

--! function_not_allowed
SELECT * FROM duckdb_databases()

--! function_not_allowed
SELECT * FROM duckdb_extensions()

--! function_not_allowed
SELECT * FROM duckdb_memory(), duckdb_temporary_files()

--! function_not_allowed
SELECT * FROM duckdb_logs()

--! function_not_allowed
SELECT * FROM duckdb_variables()

--! function_not_allowed
SELECT * FROM pragma_table_info('orders')

--! function_not_allowed
SELECT * FROM pragma_show('orders')

--! function_not_allowed
SELECT * FROM pragma_database_size()

--! function_not_allowed
SELECT * FROM pragma_storage_info('orders')

--! function_not_allowed
SELECT * FROM which_secret('s3://x', 's3')

--! function_not_allowed
SELECT * FROM sql_auto_complete('SEL')

--! function_not_allowed
SELECT * FROM from_substrait('x'::BLOB)

--! function_not_allowed
SELECT * FROM from_substrait_json('{}')

--! function_not_allowed
SELECT * FROM get_substrait('SELECT 1')

--! function_not_allowed
SELECT * FROM test_all_types()

--! function_not_allowed
SELECT * FROM repeat_row(1, num_rows = 1000000000)

--! function_not_allowed
SELECT * FROM summary((SELECT 1))

--! function_not_allowed
SELECT * FROM checkpoint()

--! function_not_allowed
SELECT * FROM force_checkpoint()

--! function_not_allowed
SELECT * FROM enable_logging('x')

--! function_not_allowed
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))

--! function_not_allowed
SELECT json_serialize_sql('SELECT 1'), json_deserialize_sql('{}')

--! function_not_allowed
SELECT json_serialize_plan('SELECT 1')

--! function_not_allowed
SELECT * FROM query('SELECT * FROM ' || 'duckdb_settings()')

--! function_not_allowed
SELECT * FROM query_table(['orders', 'customers'])

--! function_not_allowed
SELECT getenv('PATH') || ''

--! function_not_allowed
SELECT 'HOME'.getenv()

--! function_not_allowed
SELECT ['HOME'][1].getenv()

--! function_not_allowed
SELECT name.lower().getenv() FROM customers

--! function_not_allowed
SELECT system.main.getenv('HOME')

--! function_not_allowed
SELECT current_setting('allowed_paths')

--! function_not_allowed
SELECT current_database(), current_schema()

--! function_not_allowed
SELECT current_schemas(true)

--! function_not_allowed
SELECT current_query()

--! function_not_allowed
SELECT version()

--! function_not_allowed
SELECT txid_current()

--! function_not_allowed
SELECT currval('s')

--! function_not_allowed
SELECT setseed(0.5)

--! function_not_allowed
SELECT sleep_ms(10000)

--! function_not_allowed
SELECT pg_sleep(10)

--! function_not_allowed
SELECT error('x')

--! function_not_allowed
SELECT write_log('x', level := 'ERROR')

--! function_not_allowed
SELECT has_table_privilege('orders', 'SELECT')

--! function_not_allowed
SELECT pg_get_viewdef(1)

--! function_not_allowed
SELECT stats(id) FROM orders

--! function_not_allowed
SELECT in_search_path('a', 'b')

--! function_not_allowed
SELECT hive_partition_component('a')

--! function_not_allowed
SELECT alias(id) FROM orders

--! function_not_allowed
SELECT list_transform([1], lambda x: getenv('A'))

--! function_not_allowed
SELECT list_filter(['A'], lambda x: x.getenv() IS NOT NULL)

--! function_not_allowed
SELECT list_reduce(['A'], lambda a, b: getenv(a))

--! function_not_allowed
SELECT [getenv('A')], {'a': {'b': getenv('B')}}, MAP {'k': getenv('C')}

--! function_not_allowed
SELECT struct_pack(a := getenv('A'))

--! function_not_allowed
SELECT * REPLACE (getenv('A') AS note) FROM orders

--! function_not_allowed
SELECT COLUMNS(c -> getenv(c) = 'x') FROM orders

--! function_not_allowed
SELECT id FROM orders QUALIFY getenv('A') IS NULL

--! function_not_allowed
SELECT count(*) FILTER (getenv('A') IS NULL) FROM orders

--! function_not_allowed
SELECT id FROM orders ORDER BY ALL, getenv('A')

--! function_not_allowed
FROM read_text('/etc/passwd')

--! function_not_allowed
FROM orders SELECT getenv('HOME')

--! function_not_allowed
SELECT * FROM orders POSITIONAL JOIN read_csv('/etc/passwd')

--! function_not_allowed
SELECT * FROM orders a ASOF JOIN read_csv('/etc/x') b ON a.id >= b.id

--! function_not_allowed
SELECT * FROM orders, LATERAL (SELECT * FROM read_text(orders.note))

--! function_not_allowed
SELECT (SELECT content FROM read_text('/etc/passwd'))

--! function_not_allowed
WITH x AS (FROM glob('/etc/*')) FROM x

--! function_not_allowed
SELECT unnest(range(getenv('A')::INT))

--! function_not_allowed
SELECT "read_csv"('/etc/passwd')

--! function_not_allowed
SELECT * FROM "read_text"('/etc/passwd')

--! unknown_table
SELECT * FROM 'data.parquet'

--! unknown_table
SELECT * FROM "/etc/passwd"

--! unknown_table
SELECT * FROM 's3://bucket/*.parquet' AS x

--! unknown_table
SELECT * FROM './*.csv'

--! unknown_table
SELECT * FROM "https://example.com/x.csv"

--! unknown_table
FROM '/etc/passwd'

--! unknown_table
FROM 'x.json' SELECT *

--! unknown_table
SELECT * FROM orders JOIN 'x.csv' ON true

--! unknown_table
SELECT * FROM orders POSITIONAL JOIN 'x.csv'

--! unknown_table
SELECT id FROM orders UNION BY NAME FROM 'x.csv'

--! unknown_table
SELECT * FROM (FROM 'x.parquet')

--! unknown_table
WITH a AS (FROM '/etc/passwd') SELECT * FROM a

--! unknown_table
SELECT * FROM orders WHERE id IN (FROM 'x.csv')

--! unknown_table
SELECT * FROM duckdb_settings

--! unknown_table
SELECT * FROM sqlite_schema

--! unknown_table
SELECT * FROM pg_catalog.pg_class

--! unknown_table
SELECT * FROM information_schema.schemata

--! unknown_table
SELECT * FROM temp.main.orders

--! unknown_table
SELECT * FROM system.information_schema.tables

--! unknown_table
SELECT * FROM df

--! unknown_table
SELECT * FROM pragma_database_list

--! unknown_table
SELECT * FROM other.orders

--! unknown_table
TABLE secrets

--! not_read_only
COPY orders FROM '/etc/passwd'

--! not_read_only
COPY (FROM orders) TO 's3://x/y.parquet'

--! not_read_only
COPY FROM DATABASE a TO b

--! not_read_only
ATTACH 'https://example.com/x.db' AS y (READ_ONLY)

--! not_read_only
ATTACH 'host=127.0.0.1' AS p (TYPE postgres)

--! not_read_only
DETACH memory

--! not_read_only
FORCE INSTALL httpfs FROM community

--! not_read_only
LOAD '/tmp/x.duckdb_extension'

--! not_read_only
UPDATE EXTENSIONS

--! not_read_only
SET GLOBAL memory_limit = '1TB'

--! not_read_only
RESET enable_external_access

--! not_read_only
SET VARIABLE x = 1

--! not_read_only
PRAGMA enable_profiling = 'json'

--! not_read_only
PRAGMA table_info('orders')

--! not_read_only
CALL pragma_version()

--! not_read_only
CALL query('DROP TABLE orders')

--! not_read_only
CREATE PERSISTENT SECRET x (TYPE s3, KEY_ID 'a')

--! not_read_only
CREATE OR REPLACE TEMP MACRO lower(x) AS getenv(x)

--! not_read_only
CREATE TYPE mood AS ENUM (SELECT 'a')

--! not_read_only
CREATE SEQUENCE s

--! not_read_only
SUMMARIZE SELECT * FROM orders

--! not_read_only
DESCRIBE SELECT * FROM orders

--! not_read_only
SHOW ALL TABLES

--! not_read_only
SHOW DATABASES

--! not_read_only
SELECT * FROM (DESCRIBE orders)

--! unknown_table
SELECT * FROM (SHOW TABLES)

--! not_read_only
SELECT * FROM (SUMMARIZE orders)

--! not_read_only
PIVOT orders ON status USING sum(total)

--! not_read_only
FROM orders PIVOT (sum(total) FOR status IN ('paid'))

--! not_read_only
UNPIVOT orders ON id, customer_id INTO NAME n VALUE v

--! not_read_only
PREPARE q AS SELECT 1

--! not_read_only
EXECUTE q(1)

--! not_read_only
INSERT OR REPLACE INTO orders BY NAME SELECT 1 AS id

--! not_read_only
VACUUM ANALYZE orders

--! not_read_only
SELECT #1 FROM orders

--! not_read_only
SELECT * FROM orders LIMIT 10 PERCENT

--! bad_parameter
SELECT $1

--! multiple_statements
SELECT $$;$$; COPY orders TO 'x'

--! multiple_statements
FROM orders; INSTALL httpfs

--! unknown_column
SELECT evil.lower('x')

--! unknown_column
SELECT o.password.upper() FROM orders o

--! unknown_column
SELECT {'a': 1}.a, nothing.a FROM orders

--! unknown_column
SELECT [x FOR x IN [1]], x FROM orders

--! unknown_column
SELECT list_transform([1], lambda x: x + y) FROM orders

--! unknown_column
SELECT * EXCLUDE (password), password FROM orders

--! unknown_column
SELECT "pаssword" FROM orders

--! function_not_allowed
SELECT "evil"(1)

--! unknown_column
SELECT @password FROM orders

--! syntax_error
SELECT 1 /* a /* b */ AS one
