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

--! function_not_allowed
SELECT load_extension('x.so', 'entry')

--! function_not_allowed
SELECT "load_extension"('x')

--! function_not_allowed
SELECT [load_extension]('x')

--! function_not_allowed
SELECT `readfile`('/etc/passwd')

--! function_not_allowed
SELECT lower(readfile('/etc/passwd'))

--! function_not_allowed
SELECT id FROM orders WHERE readfile('/etc/passwd') IS NOT NULL

--! function_not_allowed
SELECT id FROM orders ORDER BY writefile('/tmp/x', id)

--! function_not_allowed
SELECT sqlite_source_id()

--! function_not_allowed
SELECT sqlite_compileoption_used('x')

--! function_not_allowed
SELECT sqlite_log(1, 'x')

--! function_not_allowed
SELECT sqlite_offset(id) FROM orders

--! function_not_allowed
SELECT last_insert_rowid()

--! function_not_allowed
SELECT changes(), total_changes()

--! function_not_allowed
SELECT hex(zeroblob(1000000000))

--! function_not_allowed
SELECT hex(randomblob(100000000))

--! function_not_allowed
SELECT replace(hex(zeroblob(10000)), '00', 'x')

--! function_not_allowed
SELECT fts5('x'), matchinfo(orders), snippet(orders), offsets(orders) FROM orders

--! function_not_allowed
SELECT bm25(orders), highlight(orders, 0, '<', '>') FROM orders

--! function_not_allowed
SELECT rtreecheck('x')

--! function_not_allowed
SELECT rtreenode(2, x'00'), rtreedepth(x'00')

--! function_not_allowed
SELECT fts3_tokenizer('simple', x'00')

--! function_not_allowed
SELECT subtype(1)

--! syntax_error
SELECT match('a', 'b')

--! function_not_allowed
SELECT regexp('a', 'b')

--! function_not_allowed
SELECT sqlar_uncompress(x'00', 1)

--! function_not_allowed
SELECT shell_add_schema('x', 'y', 'z')

--! function_not_allowed
SELECT shell_escape_crnl('x')

--! function_not_allowed
SELECT sha3('x'), sha3_query('SELECT 1')

--! function_not_allowed
SELECT eval('DELETE FROM orders')

--! function_not_allowed
SELECT getenv('HOME')

--! function_not_allowed
SELECT system('id')

--! function_not_allowed
SELECT lsmode(1)

--! function_not_allowed
SELECT usleep(1000000), sleep(10)

--! function_not_allowed
SELECT sqlite3_exec('x')

--! function_not_allowed
SELECT spellfix1_editdist('a', 'b')

--! function_not_allowed
SELECT icu_load_collation('de', 'x')

--! function_not_allowed
SELECT decimal_exp('1')

--! function_not_allowed
SELECT main.lower('x')

--! function_not_allowed
SELECT * FROM pragma_function_list()

--! function_not_allowed
SELECT * FROM pragma_compile_options()

--! function_not_allowed
SELECT * FROM pragma_table_xinfo('orders')

--! function_not_allowed
SELECT * FROM orders, pragma_database_list()

--! function_not_allowed
SELECT * FROM orders JOIN pragma_table_info('orders') AS p

--! function_not_allowed
SELECT (SELECT group_concat(name) FROM pragma_table_list())

--! function_not_allowed
SELECT * FROM pragma_index_list('orders')

--! function_not_allowed
SELECT * FROM "pragma_table_info"('orders')

--! function_not_allowed
SELECT * FROM fsdir('/etc', '/')

--! function_not_allowed
SELECT * FROM zipfile('/tmp/x.zip')

--! function_not_allowed
SELECT * FROM csv('/etc/passwd')

--! function_not_allowed
SELECT * FROM sqlite_dbpage('main')

--! function_not_allowed
SELECT * FROM dbstat('main')

--! function_not_allowed
SELECT * FROM completion('SEL')

--! function_not_allowed
SELECT * FROM bytecode('SELECT 1')

--! function_not_allowed
SELECT * FROM tables_used('SELECT 1')

--! function_not_allowed
SELECT * FROM carray(1, 2)

--! function_not_allowed
SELECT * FROM prefixes('abc')

--! function_not_allowed
SELECT json_each(load_extension('x'))

--! function_not_allowed
SELECT * FROM json_each(readfile('/etc/passwd'))

--! function_not_allowed
SELECT group_concat(load_extension('x')) FROM orders

--! function_not_allowed
SELECT sum(total) FILTER (WHERE load_extension('x')) FROM orders

--! function_not_allowed
SELECT CASE load_extension('x') WHEN 1 THEN 2 END

--! function_not_allowed
SELECT 'a' LIKE load_extension('x')

--! function_not_allowed
SELECT CAST(load_extension('x') AS TEXT)

--! function_not_allowed
SELECT x'00' || edit('a', 'vi')

--! function_not_allowed
WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT load_extension('x') FROM r) SELECT * FROM r

--! unknown_table
SELECT * FROM "sqlite_master"

--! unknown_table
SELECT * FROM `sqlite_master`

--! unknown_table
SELECT * FROM 'sqlite_master'

--! unknown_table
SELECT * FROM SQLITE_MASTER

--! unknown_table
SELECT * FROM sqlite_temp_master

--! unknown_table
SELECT * FROM sqlite_temp_schema

--! unknown_table
SELECT * FROM main.sqlite_schema

--! unknown_table
SELECT * FROM "main"."sqlite_master"

--! unknown_table
SELECT * FROM temp.orders

--! unknown_table
SELECT * FROM other.orders

--! unknown_table
SELECT * FROM sqlite_sequence

--! unknown_table
SELECT * FROM sqlite_stat1

--! unknown_table
SELECT * FROM sqlite_dbpage

--! unknown_table
SELECT * FROM sqlite_stmt

--! unknown_table
SELECT * FROM pragma_compile_options

--! unknown_table
SELECT * FROM orders, pragma_table_list

--! unknown_table
SELECT * FROM json_tree

--! unknown_table
SELECT * FROM generate_series

--! unknown_table
SELECT * FROM (sqlite_master)

--! unknown_table
SELECT * FROM ((sqlite_master) JOIN orders)

--! unknown_table
SELECT name FROM customers WHERE name IN (SELECT sql FROM sqlite_master)

--! unknown_table
SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE sql LIKE '%secret%')

--! unknown_table
WITH sqlite_master AS (SELECT 1 AS sql) SELECT * FROM main.sqlite_master

--! unknown_table
WITH x AS (SELECT * FROM sqlite_master) SELECT * FROM x

--! unknown_table
VALUES ((SELECT sql FROM sqlite_master LIMIT 1))

--! unknown_table
SELECT * FROM orders_fts_data

--! unknown_table
SELECT * FROM [orders]]; DROP TABLE orders]

--! not_read_only
SELECT id FROM orders WHERE id IN main.sqlite_master

--! not_read_only
SELECT id FROM orders WHERE id IN json_each('[1]')

--! not_read_only
SELECT id FROM orders WHERE id NOT IN customers

--! not_read_only
SELECT id FROM orders WHERE id IN "sqlite_master"

--! not_read_only
SELECT id FROM orders WHERE orders MATCH 'x'

--! not_read_only
ATTACH 'file:/etc/x?mode=rwc' AS y

--! not_read_only
ATTACH ':memory:' AS y

--! not_read_only
PRAGMA journal_mode = DELETE

--! not_read_only
PRAGMA query_only(0)

--! not_read_only
PRAGMA main.table_list

--! not_read_only
PRAGMA temp_store_directory = '/tmp'

--! not_read_only
CREATE VIRTUAL TABLE v USING fts5(a)

--! not_read_only
CREATE VIRTUAL TABLE v USING rtree(id, a, b)

--! not_read_only
CREATE TEMP VIEW v AS SELECT * FROM sqlite_master

--! not_read_only
INSERT OR REPLACE INTO orders (id) VALUES (1)

--! syntax_error
UPDATE OR IGNORE orders SET id = 1

--! not_read_only
DELETE FROM orders RETURNING *

--! not_read_only
UPDATE sqlite_master SET sql = ''

--! not_read_only
DROP TABLE IF EXISTS main.orders

--! not_read_only
BEGIN EXCLUSIVE TRANSACTION

--! not_read_only
END TRANSACTION

--! not_read_only
RELEASE x

--! not_read_only
ANALYZE sqlite_master

--! not_read_only
EXPLAIN QUERY PLAN SELECT 1

--! not_read_only
VACUUM main INTO '/tmp/copy.db'

--! syntax_error
.shell id

--! syntax_error
.import /etc/passwd orders

--! syntax_error
WITH x AS (SELECT 1) REPLACE INTO orders (id) SELECT * FROM x

--! multiple_statements
SELECT 1; PRAGMA writable_schema = ON

--! multiple_statements
SELECT "a;b"; ATTACH ':memory:' AS m

--! multiple_statements
SELECT [a;b] FROM orders; DROP TABLE orders

--! multiple_statements
SELECT `a;b` FROM orders; DROP TABLE orders

--! syntax_error
SELECT ?1

--! unknown_column
SELECT id FROM orders WHERE id = $id

--! unknown_column
SELECT [password] FROM orders

--! unknown_column
SELECT `password` FROM orders

--! unknown_column
SELECT orders.sql FROM orders

--! unknown_column
SELECT hidden_column FROM json_each('[1]') AS j, orders WHERE orders.hidden_column = 1

--! unknown_column
SELECT _rowid_ FROM (SELECT 1 AS a)

--! unknown_column
SELECT "pаssword" FROM orders

--! function_not_allowed
SELECT "evil"(1)

--! bad_parameter
SELECT id FROM orders WHERE id = @id
