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
