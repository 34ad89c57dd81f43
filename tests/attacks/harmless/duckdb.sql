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

SELECT extract('year' FROM ordered_at), ordered_at::DATE, datepart('month', ordered_at), last_day(ordered_at::DATE) FROM orders ORDER BY id

SELECT date_trunc('week', ordered_at), ordered_at + INTERVAL '3 days', age(TIMESTAMP '2025-01-01', ordered_at) FROM orders ORDER BY id

SELECT status, SUM(total) AS t, SUM(t) OVER () FROM (SELECT status, total FROM orders) GROUP BY status ORDER BY status

SELECT DISTINCT ON (customer_id) customer_id, id FROM orders ORDER BY customer_id, total DESC

SELECT id, total, total / SUM(total) OVER () AS share FROM orders ORDER BY id

SELECT count(*), count_if(total > 50), bool_or(total > 100), max(status), any_value(1) FROM orders

SELECT list_contains([1, 2], 1), list_aggregate([1, 2, 3], 'sum'), len('abc'), [1, 2, 3][-1], array_length([1, 2])

SELECT map {'a': 1}['a'], struct_pack(x := 1).x, {'a': {'b': 2}}.a.b

SELECT regexp_extract(email, '@(.+)', 1), email SIMILAR TO '.*com', email ~ 'com$', contains(email, '@'), starts_with(email, 'a') FROM customers ORDER BY id

SELECT strftime(DATE '2024-01-02', '%d.%m.%Y'), strptime('2024', '%Y'), epoch_ms(0), to_timestamp(0) IS NOT NULL

SELECT customer_id, quantile_cont(total, [0.25, 0.75]), stddev(total), var_pop(total) FROM orders GROUP BY customer_id ORDER BY customer_id

SELECT unnest({'a': 1, 'b': 2})

SELECT id, n FROM (SELECT id, unnest([1, 2]) AS n FROM orders) ORDER BY id, n

SELECT o.id, t.tag FROM orders o, UNNEST(['x', 'y']) AS t(tag) ORDER BY ALL

SELECT id FROM orders ANTI JOIN order_items ON orders.id = order_items.order_id ORDER BY id

SELECT c.name, o.n FROM customers c LEFT JOIN LATERAL (SELECT count(*) AS n FROM orders WHERE customer_id = c.id) o ON true ORDER BY c.name

SELECT status, count(*) FROM orders GROUP BY GROUPING SETS ((status), ()) ORDER BY ALL

SELECT max_by(id, total), min_by(id, total), string_agg(status, '|' ORDER BY id) FROM orders

SELECT greatest(1, 2), least(1, 2), round(1.256, 2), 5 // 2, 5 % 2, 2 ^ 3, 10 / 4, ceil(1.2), log2(8), pi() > 3

SELECT json_extract(meta, '$.tags'), json_array_length(meta, '$.tags'), meta->'$.tags[0]', json_keys(meta) FROM customers ORDER BY id

SELECT CASE WHEN total > 50 THEN 'big' END AS size, if(total > 50, 1, 0), ifnull(note, '-'), coalesce(note, 'x') FROM orders ORDER BY id

SELECT CAST('1' AS INT), '1.5'::DECIMAL(4, 2), 1::VARCHAR, '2024-01-01'::DATE, 1::BOOLEAN, '12:00'::TIME, 1::HUGEINT

SELECT generate_series FROM generate_series(1, 3)

SELECT range(3), generate_series(1, 3), list_sum([1, 2]), list_filter([1, 2, 3], lambda x: x > 1), list_reduce([1, 2, 3], lambda a, b: a + b)

SELECT trim('  a '), concat_ws('-', 'a', 'b'), repeat('ab', 2), replace('abc', 'b', 'x'), left('abc', 2), right('abc', 1), position('b' IN 'abc'), reverse('abc')

SELECT dayofweek(ordered_at), isodow(ordered_at), weekofyear(ordered_at), quarter(ordered_at), monthname(ordered_at), hour(ordered_at) FROM orders ORDER BY id

SELECT datediff('month', DATE '2024-01-31', DATE '2024-03-01'), date_add(DATE '2024-01-01', INTERVAL 1 MONTH), date_sub('day', DATE '2024-01-01', DATE '2024-01-05')

SELECT id, total FROM orders ORDER BY total DESC NULLS LAST, id LIMIT 2 OFFSET 1

SELECT * FROM orders WHERE status IN ('paid', 'open') AND note IS DISTINCT FROM 'gift' ORDER BY id

SELECT histogram(status), approx_count_distinct(id) > 0, mode(status), kurtosis(total) IS NOT NULL FROM orders

FROM orders SELECT customer_id, count(*) GROUP BY ALL ORDER BY ALL

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT sum(n) FROM t
