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
