--! function_not_allowed
SELECT SLEEP(10)

--! function_not_allowed
SELECT BENCHMARK(1000000000, MD5('x'))

--! function_not_allowed
SELECT LOAD_FILE('/etc/passwd')

--! function_not_allowed
SELECT GET_LOCK('x', 10)

--! function_not_allowed
SELECT RELEASE_ALL_LOCKS()

--! function_not_allowed
SELECT MASTER_POS_WAIT('x', 1)

--! function_not_allowed
SELECT sys_exec('id')

--! function_not_allowed
SELECT USER()

--! function_not_allowed
SELECT VERSION()

--! function_not_allowed
SELECT DATABASE()

--! function_not_allowed
SELECT EXTRACTVALUE(1, CONCAT(0x7e, 'x'))

--! function_not_allowed
SELECT UPDATEXML(1, 'x', 1)

--! function_not_allowed
SELECT shop.evil(1)

--! function_not_allowed
SELECT LAST_INSERT_ID(5)

--! function_not_allowed
SELECT id FROM orders WHERE id = 1 AND SLEEP(5)

--! not_read_only|syntax_error
SELECT * FROM orders INTO OUTFILE '/tmp/x'

--! not_read_only|syntax_error
SELECT 'x' INTO DUMPFILE '/tmp/x'

--! not_read_only|syntax_error|bad_parameter
SELECT id INTO @x FROM orders

--! not_read_only
SELECT /*!50000 SLEEP(10), */ 1

--! not_read_only
SELECT 1 /*! UNION SELECT LOAD_FILE('/etc/passwd') */

--! not_read_only
SELECT 1 /*M! , SLEEP(10) */

--! not_read_only
/*! DELETE FROM orders; */ SELECT 1

--! not_read_only|bad_parameter
SELECT @@version

--! not_read_only|bad_parameter
SELECT @@global.secure_file_priv

--! bad_parameter
SELECT @x := 1

--! bad_parameter
SELECT @x

--! not_read_only|syntax_error
LOAD DATA INFILE '/etc/passwd' INTO TABLE orders

--! not_read_only|syntax_error
HANDLER orders OPEN

--! not_read_only|syntax_error
SELECT * FROM orders LOCK IN SHARE MODE

--! not_read_only|syntax_error
SET GLOBAL general_log = 1

--! not_read_only|syntax_error
REPLACE INTO orders (id) VALUES (1)

--! not_read_only|syntax_error
KILL 1

--! not_read_only|syntax_error
FLUSH TABLES

--! not_read_only|syntax_error
USE mysql

--! not_read_only|syntax_error
DESCRIBE orders

--! not_read_only|syntax_error
LOCK TABLES orders WRITE

--! not_read_only|syntax_error
SELECT * FROM orders PROCEDURE ANALYSE()

--! unknown_table
SELECT * FROM mysql.user

--! unknown_table
SELECT * FROM performance_schema.threads

--! unknown_table
SELECT * FROM sys.schema_table_statistics

--! unknown_table
SELECT * FROM orders, (mysql.user)

--! unknown_table
WITH SECRETS AS (SELECT 1 AS x) SELECT * FROM secrets

--! not_read_only
SELECT id FROM orders WHERE id IN customers

--! multiple_statements|syntax_error
SELECT 1 # comment
; DELETE FROM orders

--! multiple_statements
SELECT 1 -- x
; DROP TABLE orders

--! function_not_allowed
SELECT LOAD_FILE(0x2F6574632F706173737764)

--! function_not_allowed
SELECT LOAD_FILE(CHAR(47, 101, 116, 99))

--! function_not_allowed
SELECT load_file ('/etc/passwd')

--! function_not_allowed
SELECT `LOAD_FILE`('/etc/passwd')

--! function_not_allowed
SELECT id FROM orders WHERE 1 = 1 OR BENCHMARK(10000000, SHA1('x'))

--! function_not_allowed
SELECT id FROM orders ORDER BY SLEEP(1)

--! function_not_allowed
SELECT IF(1 = 1, SLEEP(5), 0)

--! function_not_allowed
SELECT CASE WHEN 1 THEN SLEEP(5) END

--! function_not_allowed
SELECT (SELECT SLEEP(5) FROM orders LIMIT 1)

--! function_not_allowed
SELECT GROUP_CONCAT(SLEEP(1)) FROM orders

--! function_not_allowed
SELECT COUNT(*) OVER (ORDER BY SLEEP(1)) FROM orders

--! function_not_allowed
SELECT MAX(SLEEP(1)) FROM orders GROUP BY status WITH ROLLUP

--! function_not_allowed
SELECT CONVERT(SLEEP(1), CHAR)

--! function_not_allowed
SELECT DATE_ADD(NOW(), INTERVAL SLEEP(5) DAY)

--! function_not_allowed
SELECT SUBSTRING(LOAD_FILE('/etc/passwd') FROM 1 FOR 5)

--! function_not_allowed
SELECT TRIM(LEADING LOAD_FILE('x') FROM 'abc')

--! function_not_allowed
SELECT EXTRACT(YEAR FROM LOAD_FILE('x'))

--! function_not_allowed
SELECT GET_LOCK('a', -1), IS_FREE_LOCK('a'), IS_USED_LOCK('a'), RELEASE_LOCK('a')

--! function_not_allowed
SELECT MASTER_GTID_WAIT('0-1-1')

--! function_not_allowed
SELECT WAIT_FOR_EXECUTED_GTID_SET('x')

--! function_not_allowed
SELECT WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS('x')

--! function_not_allowed
SELECT SOURCE_POS_WAIT('x', 1)

--! function_not_allowed
SELECT BINLOG_GTID_POS('x', 1)

--! function_not_allowed
SELECT CURRENT_USER(), SESSION_USER(), SYSTEM_USER()

--! function_not_allowed
SELECT CURRENT_ROLE()

--! function_not_allowed
SELECT CONNECTION_ID()

--! function_not_allowed
SELECT SCHEMA()

--! function_not_allowed
SELECT FOUND_ROWS(), ROW_COUNT()

--! function_not_allowed
SELECT PASSWORD('x')

--! function_not_allowed
SELECT OLD_PASSWORD('x')

--! function_not_allowed
SELECT ENCRYPT('x')

--! function_not_allowed
SELECT AES_DECRYPT('x', 'y')

--! function_not_allowed
SELECT DES_ENCRYPT('x')

--! function_not_allowed
SELECT UNCOMPRESS(COMPRESS(REPEAT('x', 1000000)))

--! function_not_allowed
SELECT RANDOM_BYTES(1024)

--! function_not_allowed
SELECT NAME_CONST('a', 1)

--! function_not_allowed
SELECT UUID_SHORT()

--! function_not_allowed
SELECT EXTRACTVALUE('<a/>', CONCAT(0x7e, 'x'))

--! function_not_allowed
SELECT UpdateXML('<a/>', '/a', 'b')

--! function_not_allowed
SELECT sys_eval('id')

--! function_not_allowed
SELECT lib_mysqludf_sys_info()

--! function_not_allowed
SELECT NEXTVAL(s), LASTVAL(s), SETVAL(s, 1)

--! function_not_allowed
SELECT COLUMN_GET(x, 'a' AS CHAR) FROM (SELECT 1 AS x) t

--! function_not_allowed
SELECT SFORMAT('{}', 1)

--! function_not_allowed
SELECT ICU_VERSION()

--! function_not_allowed
SELECT PS_CURRENT_THREAD_ID()

--! function_not_allowed
SELECT STATEMENT_DIGEST('SELECT 1')

--! function_not_allowed
SELECT GTID_SUBTRACT('a', 'b')

--! function_not_allowed
SELECT GROUP_REPLICATION_SET_AS_PRIMARY('x')

--! function_not_allowed
SELECT ROLES_GRAPHML()

--! function_not_allowed
SELECT asynchronous_connection_failover_reset()

--! function_not_allowed
SELECT mysql.evil(1)

--! function_not_allowed
SELECT `shop`.`lower`('A')

--! function_not_allowed
SELECT sys.version_major()

--! not_read_only
SELECT @@datadir

--! not_read_only
SELECT @@SESSION.sql_mode, @@local.autocommit

--! bad_parameter
SELECT @a := (SELECT MAX(id) FROM orders)

--! bad_parameter
SELECT id, @n := @n + 1 AS n FROM orders, (SELECT @n := 0) init

--! bad_parameter
SELECT id FROM orders WHERE id = @`x`

--! not_read_only
SELECT 1 INTO @a

--! syntax_error
SELECT id, total INTO @a, @b FROM orders LIMIT 1

--! syntax_error
SELECT * INTO OUTFILE '/tmp/x' FIELDS TERMINATED BY ',' FROM orders

--! syntax_error
SELECT id FROM orders UNION SELECT 1 INTO OUTFILE '/tmp/x'

--! syntax_error
SELECT * FROM (SELECT 1 INTO OUTFILE '/tmp/x') t

--! syntax_error
SELECT '<?php ?>' INTO DUMPFILE '/var/www/x.php'

--! syntax_error
TABLE orders INTO OUTFILE '/tmp/x'

--! not_read_only
SELECT 1/*!,SLEEP(5)*/

--! not_read_only
SELECT /*!99999 1 */ 2

--! not_read_only
SELECT 1 /*!UNION*/ /*!SELECT*/ 2

--! not_read_only
SELECT * FROM /*!50000 mysql.user */ orders

--! not_read_only
/*!SELECT*/ 1

--! not_read_only
SELECT 1 /*M!100101 , 2 */

--! not_read_only
SELECT id FROM orders /*!FOR UPDATE*/

--! not_read_only
SELECT id FROM orders WHERE id = 1 /*!OR 1 = 1*/

--! not_read_only
SELECT 1 /*! ; DROP TABLE orders */

--! not_read_only
SELECT 1 -- /*!
, SLEEP(5) /*! */

--! syntax_error
SELECT * FROM orders PROCEDURE ANALYSE(EXTRACTVALUE(1, 2), 1)

--! not_read_only
SELECT * FROM orders FOR SHARE

--! not_read_only
SELECT * FROM orders FOR UPDATE WAIT 5

--! not_read_only
SELECT * FROM orders LOCK IN SHARE MODE NOWAIT

--! syntax_error
SELECT NEXT VALUE FOR s

--! syntax_error
HANDLER orders READ FIRST

--! syntax_error
INSERT DELAYED INTO orders (id) VALUES (1)

--! not_read_only
INSERT INTO orders SET id = 1

--! not_read_only
DELETE o FROM orders o JOIN customers c ON c.id = o.id

--! not_read_only
UPDATE orders, customers SET orders.total = 0

--! not_read_only
LOAD XML INFILE '/etc/passwd' INTO TABLE orders

--! syntax_error
INSTALL PLUGIN x SONAME 'y'

--! not_read_only
CREATE FUNCTION f RETURNS STRING SONAME 'x.so'

--! not_read_only
SHOW GRANTS

--! not_read_only
SHOW VARIABLES LIKE 'secure%'

--! not_read_only
SHOW PROCESSLIST

--! not_read_only
EXPLAIN FORMAT=JSON SELECT 1

--! syntax_error
ANALYZE FORMAT=JSON DELETE FROM orders

--! not_read_only
OPTIMIZE TABLE orders

--! syntax_error
REPAIR TABLE orders

--! syntax_error
CHECKSUM TABLE orders

--! not_read_only
RENAME TABLE orders TO gone

--! not_read_only
TRUNCATE orders

--! syntax_error
DO SLEEP(5)

--! syntax_error
DO RELEASE_ALL_LOCKS()

--! not_read_only
CALL sys.table_exists('a', 'b', @x)

--! not_read_only
SET @a = 1

--! not_read_only
SET PASSWORD = 'x'

--! not_read_only
SET STATEMENT max_statement_time = 0 FOR SELECT 1

--! syntax_error
CHANGE MASTER TO MASTER_HOST = '10.0.0.1'

--! syntax_error
PURGE BINARY LOGS TO 'x'

--! syntax_error
RESET QUERY CACHE

--! not_read_only
SHUTDOWN

--! syntax_error
XA START 'x'

--! not_read_only
UNLOCK TABLES

--! not_read_only
CREATE USER evil IDENTIFIED BY 'x'

--! not_read_only
GRANT ALL ON *.* TO evil

--! multiple_statements
BEGIN NOT ATOMIC DELETE FROM orders; END

--! not_read_only
REPLACE orders VALUES (1)

--! unknown_table
SELECT * FROM information_schema.processlist

--! unknown_table
SELECT * FROM `information_schema`.`user_privileges`

--! unknown_table
SELECT * FROM mysql . user

--! unknown_table
SELECT * FROM `mysql`.`global_priv`

--! unknown_table
SELECT * FROM performance_schema.setup_actors

--! unknown_table
SELECT * FROM sys.session

--! unknown_table
SELECT * FROM INFORMATION_SCHEMA.TABLES

--! unknown_table
SELECT * FROM dual, mysql.user

--! unknown_table
SELECT * FROM orders JOIN (mysql.user, mysql.db) ON 1 = 1

--! unknown_table
SELECT * FROM orders WHERE id = (SELECT 1 FROM mysql.user LIMIT 1)

--! unknown_table
SELECT * FROM `orders ; DROP TABLE orders`

--! not_read_only
SELECT * FROM orders PARTITION (p0), mysql.user

--! unknown_table
SELECT * FROM `secrets`

--! unknown_table
SELECT * FROM other.orders

--! function_not_allowed
SELECT "orders".password FROM orders

--! unknown_column
SELECT `Password` FROM orders

--! unknown_column
SELECT `o`.`authentication_string` FROM orders o

--! not_read_only
SELECT 1 FROM orders WHERE 'x' IN customers

--! multiple_statements
SELECT 'a\\'; DELETE FROM orders; -- '

--! multiple_statements
SELECT "a"; DELETE FROM orders

--! multiple_statements
SELECT `id` FROM orders; UPDATE orders SET total = 0

--! multiple_statements
SELECT 1 /* x */; SET GLOBAL general_log = 1

--! multiple_statements
SELECT 1 #
; DROP TABLE orders

--! syntax_error
DELIMITER // SELECT 1// DROP TABLE orders//

--! bad_parameter
SELECT id FROM orders WHERE id = ? AND status = 'x'

--! bad_parameter
SELECT id FROM orders WHERE id = @id
