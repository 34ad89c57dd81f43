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
