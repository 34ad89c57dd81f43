SELECT strftime('%Y-%m', ordered_at) AS month, SUM(total) FROM orders GROUP BY month ORDER BY month

SELECT date(ordered_at, 'start of month', '+1 month') FROM orders ORDER BY id

SELECT id FROM orders WHERE date(ordered_at) >= date('now', '-100 years') ORDER BY id

SELECT julianday('2025-01-01') - julianday(ordered_at) AS days FROM orders ORDER BY id

SELECT CAST(strftime('%w', ordered_at) AS INTEGER) AS dow, COUNT(*) FROM orders GROUP BY dow ORDER BY dow

SELECT datetime(ordered_at), time(ordered_at), unixepoch(ordered_at) FROM orders ORDER BY id

SELECT json_extract(meta, '$.tier') AS tier, COUNT(*) FROM customers GROUP BY tier ORDER BY tier

SELECT meta ->> 'tier', meta -> '$.tags' FROM customers ORDER BY id

SELECT c.id, t.value FROM customers c, json_each(c.meta, '$.tags') t ORDER BY c.id, t.value

SELECT json_array_length(meta, '$.tags'), json_type(meta) FROM customers ORDER BY id

SELECT group_concat(name, ', ') FROM (SELECT name FROM customers ORDER BY name)

SELECT name || ' <' || email || '>' FROM customers ORDER BY id

SELECT iif(total > 50, 'big', 'small'), ifnull(note, '-') FROM orders ORDER BY id

SELECT "Order ID", [Unit Price] FROM "Order Details" ORDER BY "Order ID"

SELECT `name` FROM `products` ORDER BY id

SELECT printf('%.2f', total), round(total, 2), typeof(total) FROM orders ORDER BY id

SELECT instr(email, '@'), substr(email, 1, instr(email, '@') - 1) FROM customers ORDER BY id

SELECT total(total), avg(total), max(total, 10) FROM orders GROUP BY id ORDER BY id

SELECT name FROM customers WHERE name GLOB 'A*' ORDER BY name

SELECT COUNT(*) FILTER (WHERE status = 'paid') FROM orders

SELECT rowid, id FROM orders ORDER BY rowid

SELECT main.orders.id FROM main.orders ORDER BY 1

SELECT name FROM customers WHERE name = 'ada' COLLATE NOCASE

SELECT id, ntile(2) OVER (ORDER BY id), percent_rank() OVER (ORDER BY total) FROM orders ORDER BY id

SELECT x'414243' AS bytes, hex(name), char(65), unicode('A') FROM customers ORDER BY id

SELECT strftime('%Y', ordered_at) AS y, strftime('%m', ordered_at) AS m, COUNT(*) FROM orders GROUP BY 1, 2 ORDER BY 1, 2

SELECT date(ordered_at, 'weekday 0', '-7 days'), strftime('%s', ordered_at), strftime('%j', ordered_at) FROM orders ORDER BY id

SELECT id, CAST(julianday('2025-01-01') - julianday(ordered_at) AS INTEGER) AS age FROM orders ORDER BY id

SELECT * FROM orders WHERE ordered_at >= '2024-02-01' AND ordered_at < date('2024-02-01', '+1 month') ORDER BY id

SELECT json_group_array(name), json_group_object(name, id) FROM (SELECT id, name FROM customers ORDER BY id)

SELECT key, value FROM customers, json_each(customers.meta) ORDER BY customers.id, key

SELECT lower(hex(name)), quote(name), substr(name, -2), ltrim('  a'), replace(name, 'a', '') FROM customers ORDER BY id

SELECT CASE WHEN active THEN 'yes' ELSE 'no' END FROM customers ORDER BY id

SELECT max(total), min(total), avg(total), count(*), total(total) FROM orders WHERE status != 'lost'

SELECT a.name FROM customers AS a WHERE a.id NOT IN (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL) ORDER BY 1

SELECT id, total > 50, total == 60, total <> 60, NOT active FROM orders JOIN customers USING (id) ORDER BY id

SELECT IFNULL(NULL, 1), COALESCE(NULL, 2), NULLIF(1, 1), IIF(1, 2, 3), abs(-1), sign(-2), 7 / 2, 7 % 2, 7.0 / 2

SELECT name LIKE 'a%', name NOT LIKE '%z', 'a_b' LIKE 'a\_b' ESCAPE '\' FROM customers ORDER BY id

SELECT id, first_value(total) OVER (PARTITION BY customer_id ORDER BY id), SUM(total) OVER (PARTITION BY customer_id) FROM orders ORDER BY id

SELECT * FROM (VALUES (1, 'a'), (2, 'b')) ORDER BY 1

SELECT id FROM orders WHERE note IS 'gift' OR note IS NOT NULL ORDER BY id

SELECT datetime('2024-01-01 10:00', '+90 minutes'), date('2024-01-31', '+1 month'), time('10:00')

SELECT COUNT(*) FROM orders WHERE CAST(strftime('%H', ordered_at) AS INTEGER) BETWEEN 9 AND 12

SELECT id FROM orders ORDER BY total DESC NULLS LAST, id LIMIT 2

SELECT round(total, 2), cast(total as text) || ' EUR', printf('%05d', id), format('%s', id) FROM orders ORDER BY id

WITH d(day) AS (SELECT date('2024-01-01') UNION ALL SELECT date(day, '+1 day') FROM d WHERE day < '2024-01-05') SELECT day FROM d

SELECT o.id, c.name FROM orders AS o LEFT OUTER JOIN customers AS c ON o.customer_id = c.id ORDER BY o.id

SELECT strftime('%Y', ordered_at) || '-Q' || ((CAST(strftime('%m', ordered_at) AS INTEGER) + 2) / 3) AS quarter, COUNT(*) FROM orders GROUP BY 1 ORDER BY 1

SELECT date(ordered_at) AS d, time(ordered_at) AS t, datetime(ordered_at, '+1 day', 'start of day') FROM orders ORDER BY id

SELECT date('2024-01-31', '+1 month'), date('2024-03-15', 'start of month', '-1 day'), date('2024-01-01', 'weekday 1'), datetime(0, 'unixepoch'), datetime('2024-01-01T10:00:00Z')

SELECT CAST(strftime('%H', ordered_at) AS INT) AS h, CAST((julianday('2025-01-01') - julianday(ordered_at)) * 24 AS INTEGER) AS hours FROM orders ORDER BY id

SELECT unixepoch('2024-01-01'), julianday('2024-01-01'), strftime('%s', '2024-01-01') + 0, strftime('%W', '2024-02-01'), strftime('%d/%m/%Y', '2024-02-01')

SELECT id FROM orders WHERE ordered_at BETWEEN date('2024-01-01') AND date('2024-01-31', '+1 day') ORDER BY id

SELECT id FROM orders WHERE ordered_at > datetime('now', '-100 years') AND date(ordered_at) < date('now') ORDER BY id

SELECT CURRENT_DATE >= '2000-01-01', CURRENT_TIME IS NOT NULL, CURRENT_TIMESTAMP > '2000'

SELECT strftime('%w', ordered_at) IN ('0', '6') AS weekend, COUNT(*) FROM orders GROUP BY weekend ORDER BY weekend

SELECT json_extract(meta, '$.tags[0]'), json_extract(meta, '$.tier', '$.tags'), json_type(meta, '$.tags'), json_valid(meta) FROM customers ORDER BY id

SELECT meta -> 'tags' -> 0, meta ->> '$.tags[0]', meta -> '$.tier' FROM customers ORDER BY id

SELECT c.name, t.key, t.value, t.type FROM customers c JOIN json_each(c.meta, '$.tags') AS t ORDER BY c.name, t.key

SELECT c.id, n.fullkey, n.atom FROM customers c, json_tree(c.meta) n WHERE n.atom IS NOT NULL ORDER BY c.id, n.fullkey

SELECT json_object('id', id, 'name', name), json_array(id, name, NULL), json_quote(name) FROM customers ORDER BY id

SELECT json_set('{"a": 1}', '$.b', 2), json_insert('[1]', '$[#]', 2), json_replace('{"a": 1}', '$.a', json('[1]')), json_remove('{"a": 1, "b": 2}', '$.a'), json_patch('{"a": 1}', '{"b": 2}')

SELECT json_group_array(json_object('id', id, 'total', total)) FROM (SELECT id, total FROM orders ORDER BY id)

SELECT status, json_group_array(id) FROM (SELECT status, id FROM orders ORDER BY id) GROUP BY status ORDER BY status

SELECT name FROM customers WHERE EXISTS (SELECT 1 FROM json_each(customers.meta, '$.tags') WHERE value = 'a') ORDER BY name

SELECT group_concat(DISTINCT status) FROM (SELECT status FROM orders ORDER BY status)

SELECT group_concat(id, '; ') FILTER (WHERE status = 'paid') FROM (SELECT id, status FROM orders ORDER BY id)

SELECT upper(substr(name, 1, 1)) || lower(substr(name, 2)) AS proper, length(email), instr(email, '@') FROM customers ORDER BY id

SELECT trim('xxaxx', 'x'), ltrim('007', '0'), rtrim('a  '), substr('abcdef', 2), substr('abcdef', -3, 2), substring('abcdef', 2, 3), replace('a.b.c', '.', '')

SELECT printf('%05.2f|%s|%d|%x|%%', 3.14159, 'x', 42, 255), format('%,d', 1234567), char(72, 105), unicode('A'), hex('Hi')

SELECT quote('it''s'), quote(NULL), quote(x'0102'), typeof(1), typeof(1.0), typeof('a'), typeof(NULL), typeof(x'00')

SELECT round(2.5), round(1.005, 2), abs(-2), 7 / 2, 7 / 2.0, 7 % 3, -7 / 2, 5 & 3, 5 | 3, ~5, 1 << 4, 16 >> 2

SELECT ceil(1.2), floor(-1.2), sqrt(16), power(2, 3), ln(1), log10(100), exp(0), mod(7, 3), sign(-3), pi() > 3, trunc(1.9)

SELECT max(1, 2, 3), min(1, 2, 3), coalesce(NULL, 'x'), ifnull(NULL, 1), nullif(2, 2), iif(1 > 0, 'yes', 'no'), likely(1), unlikely(0)

SELECT 1 IS 1, NULL IS NULL, 1 IS NOT NULL, 1 == 1, 1 <> 2, 'a' IS NOT 'b', 3 BETWEEN 1 AND 4, 2 IN (1, 2), NOT 0

SELECT 1 IS DISTINCT FROM 2, 1 IS NOT DISTINCT FROM 1, note ISNULL, note NOTNULL FROM orders ORDER BY id

SELECT 'abc' GLOB 'a*', 'abc' GLOB '[a-c]?c', 'abc' LIKE 'A%', 'a_c' LIKE 'a!_c' ESCAPE '!', 'abc' NOT LIKE 'x%'

SELECT cast('12abc' AS INTEGER), cast(3.9 AS INTEGER), cast(5 AS TEXT), cast('1.5' AS REAL), cast(65 AS BLOB), cast('7' AS NUMERIC)

SELECT x'48656C6C6F', 1e3, .5, 0x10, 'a' || 1 || 'b', -0.0, 9223372036854775807

SELECT "id", [status], `total` FROM "orders" AS "o" WHERE "o"."id" = 1

SELECT "orders"."id" AS 'quoted alias', [orders].[total] AS [in brackets] FROM orders ORDER BY 1

SELECT name FROM customers ORDER BY name COLLATE NOCASE DESC

SELECT name FROM customers WHERE name = 'BEA' COLLATE NOCASE OR name COLLATE BINARY = 'Ada' ORDER BY name

SELECT rowid, _rowid_, oid, name FROM customers ORDER BY rowid LIMIT 2

SELECT o.rowid, c.rowid FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY o.rowid

SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY total DESC) AS rn, sum(total) OVER win AS running FROM orders WINDOW win AS (PARTITION BY customer_id ORDER BY id) ORDER BY id

SELECT id, group_concat(status, '-') OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS trail, count(*) FILTER (WHERE total > 50) OVER (ORDER BY id) AS big FROM orders ORDER BY id

SELECT id, nth_value(total, 2) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), cume_dist() OVER (ORDER BY total) FROM orders ORDER BY id

SELECT id, sum(total) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM orders ORDER BY id

SELECT id, lag(total, 1, 0) OVER (ORDER BY ordered_at) AS earlier, lead(status) OVER (ORDER BY ordered_at) AS next_status FROM orders ORDER BY id

WITH RECURSIVE months(m) AS (VALUES ('2024-01-01') UNION ALL SELECT date(m, '+1 month') FROM months WHERE m < '2024-06-01') SELECT m, coalesce(sum(o.total), 0) FROM months LEFT JOIN orders o ON strftime('%Y-%m', o.ordered_at) = strftime('%Y-%m', m) GROUP BY m ORDER BY m

WITH RECURSIVE split(part, rest) AS (SELECT '', 'a,b,c,' UNION ALL SELECT substr(rest, 1, instr(rest, ',') - 1), substr(rest, instr(rest, ',') + 1) FROM split WHERE rest <> '') SELECT part FROM split WHERE part <> '' ORDER BY part

WITH c AS MATERIALIZED (SELECT id, name FROM customers), o AS NOT MATERIALIZED (SELECT * FROM orders) SELECT c.name, count(o.id) FROM c LEFT JOIN o ON o.customer_id = c.id GROUP BY c.id ORDER BY c.name

SELECT status, count(*) AS n, total(total), avg(total), sum(total) / count(*) FROM orders GROUP BY status HAVING n >= 1 ORDER BY n DESC, status

SELECT customer_id, max(total), id FROM orders GROUP BY customer_id ORDER BY customer_id

SELECT o.id, c.name FROM orders o LEFT JOIN customers c USING (id) ORDER BY o.id

SELECT o.id, c.name FROM customers c RIGHT JOIN orders o ON o.customer_id = c.id AND c.active ORDER BY o.id

SELECT a.id, b.id FROM orders a FULL JOIN products b ON a.id = b.id ORDER BY a.id, b.id

SELECT o.id FROM orders o NATURAL JOIN (SELECT id, name FROM products) p ORDER BY o.id

SELECT id FROM orders WHERE (customer_id, status) IN (VALUES (1, 'paid'), (3, 'lost')) ORDER BY id

SELECT id FROM orders WHERE (customer_id, total) = (SELECT customer_id, max(total) FROM orders) ORDER BY id

SELECT v.column1, v.column2 FROM (VALUES (1, 'one'), (2, 'two')) AS v ORDER BY 1

SELECT id, total FROM orders ORDER BY total DESC LIMIT 3, 2

SELECT id FROM orders ORDER BY note IS NULL, note, id LIMIT -1 OFFSET 2

SELECT id FROM orders ORDER BY note NULLS FIRST, id DESC

SELECT id FROM orders NOT INDEXED WHERE id > 3 ORDER BY id

SELECT sum(total) FILTER (WHERE status = 'paid') * 1.0 / sum(total) AS share, count(DISTINCT customer_id) FROM orders

SELECT CASE WHEN total < 20 THEN 'small' WHEN total < 100 THEN 'medium' ELSE 'large' END AS size, count(*), group_concat(id) FROM (SELECT * FROM orders ORDER BY id) GROUP BY size ORDER BY size

SELECT * FROM (SELECT status, count(*) AS n FROM orders GROUP BY status) ORDER BY n DESC, status LIMIT 2

VALUES (1, 'a'), (2, 'b')

SELECT name FROM customers EXCEPT SELECT name FROM customers WHERE active = 1 ORDER BY name

SELECT replace(replace(name, 'a', 'e'), 'A', 'E') AS e, nullif(instr(email, '.org'), 0) FROM customers ORDER BY id

SELECT mod(7, 3), mod(-7, 3), -7 % 3, 7.5 % 2, -7 / 2, 1 / 0, round(-2.5), trunc(-1.7), ceiling(1.1), log(100), log(2, 8), log2(8), log10(1000), ln(1)

SELECT cast('1.5' AS NUMERIC), cast('7' AS DECIMAL(10, 2)), cast('abc' AS BOOLEAN), cast(1.9 AS BOOLEAN), cast('2024-01-01' AS DATE), cast('5' AS DOUBLE PRECISION), cast(3 AS FLOAT), cast('9' AS BIGINT)

SELECT substr('abc', 0), substr('abc', 0, 2), substr('hello', -3, 2), substring('hello', 2), instr('abc', 'c'), ltrim('xxa', 'x'), trim('  a  '), replace('aaa', 'a', '')

SELECT max(1, NULL), min(1, 2), max('a', 'b'), coalesce(NULL, 0), ifnull(NULL, 'x'), nullif(1, 2), iif(NULL, 1, 2)

SELECT like('a%', 'abc'), glob('a*', 'abc'), like('a!%', 'a%', '!'), 'ABC' LIKE 'abc', 'ABC' GLOB 'abc', 'a' < 'B', 'a' < 'B' COLLATE NOCASE

SELECT group_concat(name), group_concat(name, ''), group_concat(DISTINCT country_id) FROM (SELECT * FROM customers ORDER BY id)

SELECT total(total), sum(total), avg(total), count(*), count(note), max(note), min(note) FROM orders WHERE 0

SELECT char(8364, 0x41), unicode('€'), hex(char(8364)), length('€uro'), length(x'01020304'), quote(char(39)), upper('é'), lower('ABC')

SELECT date('2024-02-30'), date('now', 'localtime') IS NOT NULL, time('12:00', '+1 hour', '-30 minutes'), datetime('2024-01-01 12:00', 'utc') IS NOT NULL, date(2460311), strftime('%Y-%m-%dT%H:%M:%SZ', '2024-01-01 10:00'), strftime('%J', '2024-01-01')

SELECT '5' + 3, 'a' + 1, '1' || 2, 1 || NULL, 3 = '3', '10' < 9, id = '1' FROM orders WHERE id = 1

SELECT json_extract('[1, [2, 3]]', '$[1][0]'), json_extract('{"a b": 1}', '$."a b"'), json('{"a" : 1}'), json_array_length('[1, 2]'), '{"a": {"b": 2}}' -> '$.a.b', '{"a": 1}' ->> 'a', '[5, 6]' ->> 1, '[5, 6]' -> '$[#-1]'

SELECT id, sum(total) OVER (ORDER BY id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES), min(total) OVER (PARTITION BY status) FROM orders ORDER BY id

SELECT 1 AS "a", 2 AS 'b', 3 AS [c], 4 AS `d`, 5 e

SELECT count(*) FROM orders WHERE note LIKE '%it''s%' OR note IN ('gift', 'fragile')

SELECT cast(strftime('%Y', ordered_at) AS INT) - 2000 AS yy, abs(random()) >= 0 FROM orders ORDER BY id

SELECT NOT EXISTS (SELECT 1 FROM orders WHERE total > 1000), (SELECT count(*) FROM orders) > 3 AND 1, 5 BETWEEN 1 AND 3 OR 0

SELECT 1 /* a /* b */ AS one, 2 -- c
AS two

SELECT 'a\', 'b''c', 'new
line', "id" FROM orders WHERE note LIKE 'it%' ORDER BY id

SELECT 5--1
+ 2
