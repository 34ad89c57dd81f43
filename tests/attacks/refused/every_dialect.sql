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

--! syntax_error
SELECT

--! syntax_error
SELECT id FROM orders WHERE (total > 1

--! syntax_error
SELECT id FROM orders)

--! syntax_error
SELECT id FROM orders /* never closed

--! syntax_error
SELECT "never closed FROM orders

--! syntax_error
SELECT id FROM orders GROUP BY

--! syntax_error
this is not sql at all

--! syntax_error


--! syntax_error
;;;

--! multiple_statements
SELECT id FROM orders; --
DELETE FROM orders

--! multiple_statements
SELECT 1; /* quiet */ UPDATE orders SET total = 0 /* quiet */;

--! multiple_statements
SELECT ';' AS a; DROP TABLE customers

--! multiple_statements
BEGIN; SELECT 1; COMMIT

--! multiple_statements
WITH a AS (SELECT 1) SELECT * FROM a; DELETE FROM orders

--! syntax_error
(DELETE FROM orders)

--! not_read_only
WITH a AS (SELECT id FROM orders) DELETE FROM orders WHERE id IN (SELECT id FROM a)

--! not_read_only
WITH a AS (SELECT id FROM orders) UPDATE orders SET total = 0 WHERE id IN (SELECT id FROM a)

--! not_read_only
WITH a AS (SELECT 1 AS id) INSERT INTO orders (id) SELECT id FROM a

--! syntax_error
SELECT * FROM (DELETE FROM orders RETURNING id) AS gone

--! syntax_error
SELECT (UPDATE orders SET total = 0 RETURNING id)

--! syntax_error
SELECT * FROM orders WHERE id IN (DELETE FROM orders RETURNING id)

--! syntax_error
SELECT 1 UNION DELETE FROM orders

--! not_read_only
DROP DATABASE shop

--! not_read_only
DROP VIEW IF EXISTS anything

--! not_read_only
CREATE INDEX i ON orders (id)

--! not_read_only
CREATE TEMPORARY TABLE t (a INT)

--! multiple_statements
CREATE TRIGGER t AFTER INSERT ON orders BEGIN SELECT 1; END

--! not_read_only
ALTER TABLE orders RENAME TO gone

--! not_read_only
REVOKE SELECT ON orders FROM public

--! not_read_only
START TRANSACTION

--! not_read_only
COMMIT

--! not_read_only
SAVEPOINT a

--! not_read_only
COMMENT ON TABLE orders IS 'x'

--! not_read_only
DeLeTe/**/FrOm/**/orders

--! not_read_only
DROP	TABLE	orders

--! not_read_only
UPDATE orders SET note = (SELECT name FROM customers LIMIT 1)

--! not_read_only
INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING

--! not_read_only
SELECT * FROM orders FOR UPDATE SKIP LOCKED

--! not_read_only
SELECT * FROM (SELECT * FROM orders FOR UPDATE) AS locked

--! not_read_only
WITH a AS (SELECT * FROM orders FOR UPDATE) SELECT * FROM a

--! syntax_error
(SELECT 1) INTO x

--! not_read_only
SELECT id INTO TEMP stolen FROM orders

--! unknown_table
SELECT * FROM secrets AS orders

--! unknown_table
SELECT orders.id FROM secrets AS orders, orders AS o

--! unknown_table
SELECT * FROM (SELECT * FROM (SELECT * FROM (SELECT * FROM secrets) a) b) c

--! unknown_table
SELECT * FROM orders LEFT JOIN secrets ON secrets.id = orders.id

--! unknown_table
SELECT * FROM orders NATURAL JOIN secrets

--! unknown_table
SELECT * FROM orders CROSS JOIN (SELECT password FROM secrets) x

--! unknown_table
SELECT CASE WHEN (SELECT COUNT(*) FROM secrets) > 0 THEN 1 ELSE 0 END

--! unknown_table
SELECT id FROM orders GROUP BY id HAVING COUNT(*) > (SELECT COUNT(*) FROM secrets)

--! unknown_table
SELECT id FROM orders WHERE id IN (SELECT id FROM customers WHERE id IN (SELECT id FROM secrets))

--! unknown_table
SELECT id, SUM(total) OVER (PARTITION BY (SELECT 1 FROM secrets)) FROM orders

--! unknown_table
SELECT COALESCE((SELECT password FROM secrets LIMIT 1), 'x')

--! unknown_table
SELECT id FROM orders EXCEPT SELECT id FROM secrets

--! unknown_table
SELECT id FROM orders INTERSECT SELECT id FROM secrets

--! unknown_table
(SELECT id FROM orders) UNION ALL (SELECT id FROM secrets)

--! unknown_table
WITH RECURSIVE a AS (SELECT id FROM orders UNION ALL SELECT id FROM secrets) SELECT * FROM a

--! unknown_table
WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM secrets) SELECT * FROM a

--! unknown_table
SELECT * FROM (WITH hidden AS (SELECT 1 AS x) SELECT x FROM hidden) a JOIN hidden ON 1 = 1

--! unknown_table
SELECT * FROM "secrets; DROP TABLE orders"

--! unknown_table
SELECT * FROM "orders "

--! unknown_table
SELECT * FROM "orders--"

--! unknown_table
SELECT * FROM "ordеrs"

--! unknown_table
SELECT * FROM ｏｒｄｅｒｓ

--! unknown_table
SELECT * FROM ordérs

--! unknown_table
SELECT * FROM other.secrets

--! unknown_table
SELECT * FROM a.b.secrets

--! unknown_table
SELECT * FROM information_schema.columns

--! unknown_column
SELECT * FROM orders ORDER BY password

--! unknown_column
SELECT COUNT(*) FROM orders GROUP BY password

--! unknown_column
SELECT id FROM orders HAVING password = 1

--! unknown_column
SELECT SUM(password) OVER (ORDER BY id) FROM orders

--! unknown_column
SELECT o.id FROM orders o JOIN customers c ON c.password = o.id

--! unknown_column
WITH a AS (SELECT id FROM orders) SELECT total FROM a

--! unknown_column
WITH a(x) AS (SELECT id FROM orders) SELECT id FROM a

--! unknown_column
SELECT customers.name FROM orders

--! unknown_column
SELECT x.name FROM (SELECT id FROM customers) x

--! unknown_column
SELECT (SELECT y.name FROM orders) FROM customers

--! unknown_column
SELECT id FROM customers WHERE EXISTS (SELECT 1 FROM orders WHERE orders.nothing = customers.id)

--! unknown_column
SELECT id FROM orders UNION SELECT nothing FROM customers

--! unknown_column
SELECT CASE WHEN nothing THEN 1 END FROM orders

--! function_not_allowed
SELECT shutdown()

--! function_not_allowed
SELECT exec('id')

--! function_not_allowed
SELECT xp_cmdshell('id')

--! function_not_allowed
SELECT http_get('https://example.com')

--! function_not_allowed
SELECT COALESCE(NULL, evil())

--! function_not_allowed
SELECT CASE WHEN 1 = 1 THEN evil() END

--! function_not_allowed
SELECT id FROM orders ORDER BY evil(id)

--! function_not_allowed
SELECT id FROM orders GROUP BY id HAVING evil(id) > 0

--! function_not_allowed
SELECT (SELECT (SELECT evil()))

--! function_not_allowed
WITH a AS (SELECT evil() AS x) SELECT x FROM a

--! function_not_allowed
SELECT * FROM orders JOIN customers ON evil(orders.id) = customers.id

--! function_not_allowed
SELECT id FROM orders UNION SELECT evil()

--! function_not_allowed
SELECT SUM(total) OVER (ORDER BY evil(id)) FROM orders

--! function_not_allowed
SELECT * FROM (VALUES (evil())) AS v

--! function_not_allowed
SELECT CAST(evil() AS INTEGER)

--! function_not_allowed
SELECT id FROM orders WHERE total BETWEEN evil() AND 5

--! function_not_allowed
SELECT id FROM orders WHERE id IN (1, evil())

--! function_not_allowed
SELECT /* evil */ eviL/**/(1)

--! function_not_allowed
SELECT ｌｏｗｅｒ('A')

--! function_not_allowed
SELECT ѕum(1)

--! function_not_allowed
SELECT lower ('A'), Evil
('A')

--! function_not_allowed
SELECT CURRENT_USER

--! not_read_only
SELECT id FROM orders LIMIT (SELECT 1)

--! not_read_only
SELECT id FROM orders LIMIT id

--! function_not_allowed
SELECT id FROM orders LIMIT evil()

--! not_read_only
EXPLAIN ANALYZE SELECT 1

--! not_read_only
DESCRIBE SELECT 1

--! not_read_only
PREPARE a FROM 'DELETE FROM orders'

--! not_read_only
EXECUTE IMMEDIATE 'DELETE FROM orders'

--! not_read_only
CREATE FUNCTION f() RETURNS INT AS $$ SELECT 1 $$ LANGUAGE sql

--! not_read_only
USE other
