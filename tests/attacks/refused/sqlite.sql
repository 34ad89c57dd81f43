--! function_not_allowed
SELECT load_extension('x.so')

--! function_not_allowed
SELECT readfile('/etc/passwd')

--! function_not_allowed
SELECT writefile('/tmp/x', 'y')

--! function_not_allowed
SELECT edit('x')

--! function_not_allowed
SELECT fts3_tokenizer('x')

--! function_not_allowed
SELECT randomblob(1000000000)

--! function_not_allowed
SELECT zeroblob(1000000000)

--! function_not_allowed
SELECT sqlite_version()

--! function_not_allowed
SELECT sqlite_compileoption_get(1)

--! function_not_allowed
SELECT * FROM pragma_table_info('orders')

--! function_not_allowed
SELECT * FROM pragma_database_list()

--! function_not_allowed
SELECT * FROM fsdir('/')

--! unknown_table
SELECT * FROM pragma_database_list

--! unknown_table
SELECT * FROM sqlite_master

--! unknown_table
SELECT * FROM sqlite_schema

--! unknown_table
SELECT sql FROM main.sqlite_master

--! unknown_table
SELECT * FROM temp.sqlite_temp_master

--! unknown_table
SELECT * FROM orders, (sqlite_master)

--! unknown_table
SELECT * FROM [sqlite_master]

--! unknown_table
SELECT * FROM dbstat

--! unknown_table
SELECT * FROM json_each

--! not_read_only
SELECT 1 AS sqlite_master FROM orders WHERE 'x' IN sqlite_master

--! not_read_only
SELECT name FROM customers WHERE name IN name

--! not_read_only|syntax_error
ATTACH DATABASE '/etc/x' AS y

--! not_read_only|syntax_error
DETACH DATABASE main

--! not_read_only|syntax_error
PRAGMA table_info(orders)

--! not_read_only|syntax_error
PRAGMA writable_schema = 1

--! not_read_only|syntax_error
VACUUM INTO '/tmp/x'

--! not_read_only|syntax_error
REINDEX

--! not_read_only|syntax_error
REPLACE INTO orders (id) VALUES (1)

--! not_read_only|syntax_error
SAVEPOINT x

--! multiple_statements
SELECT 1; ATTACH DATABASE 'x' AS y

--! bad_parameter|not_read_only|syntax_error
SELECT @x

--! bad_parameter|unknown_column
SELECT $x

--! unknown_column
SELECT "password" FROM orders
