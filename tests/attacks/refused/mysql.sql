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
