--! syntax_error
SELEC 1

--! syntax_error
SELECT FROM WHERE

--! syntax_error
-- only a comment

--! syntax_error
SELECT 'never ends

--! multiple_statements
SELECT 1; SELECT 2

--! multiple_statements
SELECT 1; DROP TABLE orders

--! multiple_statements
COMMIT; DELETE FROM orders

--! multiple_statements
SELECT 1;;; DELETE FROM orders;

--! multiple_statements
SELECT 1 /* ; */ ; -- ;
DROP TABLE orders

--! not_read_only
DELETE FROM orders

--! not_read_only
UPDATE orders SET total = 0

--! not_read_only
INSERT INTO orders (id) VALUES (1)

--! not_read_only
INSERT INTO orders SELECT * FROM orders

--! not_read_only
DROP TABLE orders

--! not_read_only
CREATE TABLE x AS SELECT * FROM orders

--! not_read_only
CREATE VIEW x AS SELECT * FROM orders

--! not_read_only
ALTER TABLE orders ADD COLUMN x INT

--! not_read_only|syntax_error
TRUNCATE TABLE orders

--! not_read_only|syntax_error
MERGE INTO orders USING customers ON orders.id = customers.id WHEN MATCHED THEN DELETE

--! not_read_only
/* SELECT */ DELETE FROM orders /* SELECT */

--! not_read_only|syntax_error
-- SELECT 1
GRANT ALL ON orders TO public

--! not_read_only|syntax_error
SET x = 1

--! not_read_only
BEGIN

--! not_read_only
ROLLBACK

--! not_read_only|syntax_error
EXPLAIN ANALYZE DELETE FROM orders

--! not_read_only|syntax_error
EXPLAIN SELECT 1

--! unknown_table
SELECT * FROM secrets

--! unknown_table
SELECT * FROM orders, secrets

--! unknown_table
SELECT * FROM orders, (secrets)

--! unknown_table
SELECT * FROM orders JOIN (secrets JOIN customers ON 1 = 1) ON 1 = 1

--! unknown_table
SELECT (SELECT password FROM secrets LIMIT 1)

--! unknown_table
SELECT id FROM orders WHERE EXISTS (SELECT 1 FROM secrets)

--! unknown_table
SELECT id FROM orders ORDER BY (SELECT 1 FROM secrets)

--! unknown_table
SELECT id FROM orders UNION SELECT password FROM secrets

--! unknown_table
WITH a AS (SELECT * FROM secrets) SELECT * FROM a

--! unknown_table
WITH secrets AS (SELECT * FROM secrets) SELECT * FROM secrets

--! unknown_table
SELECT * FROM (WITH secrets AS (SELECT 1 AS x) SELECT * FROM secrets) a, secrets

--! unknown_table
SELECT * FROM (WITH secrets AS (SELECT 1 AS x) SELECT x FROM secrets) a WHERE x IN (SELECT 1 FROM secrets)

--! unknown_table
WITH a AS (WITH b AS (SELECT 1 AS x) SELECT * FROM b) SELECT * FROM b

--! unknown_table
WITH a AS (SELECT * FROM b), b AS (SELECT 1 AS x) SELECT * FROM a

--! unknown_table
SELECT * FROM elsewhere.orders

--! unknown_table
SELECT * FROM information_schema.tables

--! unknown_column
SELECT password FROM orders

--! unknown_column
SELECT o.password FROM orders o

--! unknown_column
SELECT secrets.password FROM orders

--! unknown_column
SELECT id FROM orders WHERE password = 'x'

--! unknown_column
SELECT x.id FROM (SELECT total FROM orders) x

--! unknown_column
SELECT c.id FROM orders o JOIN customers c2 ON c2.id = o.customer_id

--! not_read_only|syntax_error
SELECT * FROM orders FOR UPDATE

--! not_read_only|syntax_error
WITH gone AS (DELETE FROM orders RETURNING id) SELECT * FROM gone

--! not_read_only|syntax_error
WITH made AS (INSERT INTO orders (id) VALUES (1) RETURNING id) SELECT * FROM made

--! not_read_only|syntax_error
SELECT * INTO stolen FROM orders

--! function_not_allowed
SELECT no_such_function(1)

--! function_not_allowed
SELECT id FROM orders WHERE evil(total) > 1

--! function_not_allowed
SELECT COUNT(evil(id)) OVER (PARTITION BY evil(status)) FROM orders

--! bad_parameter|syntax_error
SELECT id FROM orders WHERE id = ?

--! not_read_only|syntax_error
CALL do_things()

--! not_read_only|syntax_error
SHOW TABLES

--! not_read_only
ANALYZE orders

--! not_read_only|syntax_error|unknown_table
VACUUM
