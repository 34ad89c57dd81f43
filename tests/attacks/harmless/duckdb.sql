SELECT date_trunc('month', ordered_at) AS month, SUM(total) FROM orders GROUP BY ALL ORDER BY ALL

SELECT strftime(ordered_at, '%Y-%m') AS month, COUNT(*) FROM orders GROUP BY month ORDER BY month

SELECT year(ordered_at), month(ordered_at), dayname(ordered_at), date_part('dow', ordered_at) FROM orders ORDER BY id

SELECT date_diff('day', ordered_at, TIMESTAMP '2025-01-01') FROM orders ORDER BY id

SELECT id FROM orders WHERE ordered_at > now()::timestamp - INTERVAL 100 YEAR ORDER BY id

SELECT meta->>'$.tier' AS tier, COUNT(*) FROM customers GROUP BY tier ORDER BY tier

SELECT json_extract_string(meta, '$.tier') FROM customers ORDER BY id

SELECT * EXCLUDE (note) FROM orders ORDER BY id

SELECT * REPLACE (total * 2 AS total) FROM orders ORDER BY id

SELECT COLUMNS('t.*l') FROM orders ORDER BY id

FROM orders SELECT id, total WHERE total > 10 ORDER BY id

FROM products ORDER BY id LIMIT 2

SELECT median(total), quantile_cont(total, 0.9), mode(status) FROM orders

SELECT string_agg(name, ', ' ORDER BY name), list(name ORDER BY name) FROM customers

SELECT status, list_sort(list(id))[1] AS first_id, len(list(id)) FROM orders GROUP BY status ORDER BY status

SELECT unnest([3, 1, 2]) AS n ORDER BY n

SELECT list_transform([1, 2, 3], lambda x: x + 1) AS more

SELECT [x * 2 for x in [1, 2, 3] if x > 1] AS doubled

SELECT {'a': 1, 'b': 'x'} AS s, {'a': 1}.a AS a

SELECT id, total FROM orders QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY total DESC, id) = 1 ORDER BY id

SELECT arg_max(id, total), arg_min(id, total), approx_count_distinct(status) > 0 FROM orders

SELECT name FROM customers WHERE name ILIKE 'a%' OR regexp_matches(name, 'b') ORDER BY name

SELECT d FROM generate_series(DATE '2024-01-01', DATE '2024-01-05', INTERVAL 1 DAY) AS t(d) ORDER BY d

SELECT range AS i FROM range(5) ORDER BY i

SELECT "Order ID", "Unit Price" FROM "Order Details" ORDER BY ALL

SELECT main.orders.id FROM main.orders ORDER BY 1

SELECT TRY_CAST('x' AS INTEGER) AS n, 'a' || 'b', 7 // 2, 2 ** 3

SELECT COUNT(*) FILTER (WHERE status = 'paid'), SUM(total) FILTER (status = 'paid') FROM orders

SELECT c.name, o.total FROM customers c POSITIONAL JOIN orders o ORDER BY ALL

SELECT strptime('01/02/2024', '%d/%m/%Y'), make_date(2024, 1, 2), epoch(TIMESTAMP '2024-01-01')

SELECT split_part(email, '@', 2), string_split(email, '@')[1], format('{:.2f}', total) FROM customers c JOIN orders o ON o.customer_id = c.id ORDER BY o.id

SELECT histogram(status) FROM orders

SELECT id, total FROM orders USING SAMPLE 100% ORDER BY id

SELECT a.id FROM orders a ASOF JOIN orders b ON a.customer_id = b.customer_id AND a.ordered_at >= b.ordered_at ORDER BY a.id

SELECT id FROM orders SEMI JOIN customers ON orders.customer_id = customers.id ORDER BY id

WITH orders AS (SELECT id, total FROM orders WHERE status = 'paid') SELECT COUNT(*) FROM orders
