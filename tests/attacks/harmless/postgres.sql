SELECT date_trunc('month', ordered_at) AS month, SUM(total) FROM orders GROUP BY 1 ORDER BY 1

SELECT to_char(ordered_at, 'YYYY-MM') AS month, COUNT(*) FROM orders GROUP BY to_char(ordered_at, 'YYYY-MM') ORDER BY 1

SELECT EXTRACT(year FROM ordered_at)::int AS y, EXTRACT(dow FROM ordered_at) AS d FROM orders ORDER BY id

SELECT id FROM orders WHERE ordered_at >= DATE '2024-01-01' AND ordered_at < DATE '2024-01-01' + INTERVAL '3 months' ORDER BY id

SELECT id, age(TIMESTAMP '2025-01-01', ordered_at) FROM orders ORDER BY id

SELECT id FROM orders WHERE ordered_at > now() - interval '100 years' ORDER BY id

SELECT meta->>'tier' AS tier, COUNT(*) FROM customers GROUP BY meta->>'tier' ORDER BY 1

SELECT id FROM customers WHERE meta @> '{"tier": "gold"}' ORDER BY id

SELECT id, jsonb_array_length(meta->'tags') FROM customers WHERE meta ? 'tags' ORDER BY id

SELECT c.id, tag FROM customers c, jsonb_array_elements_text(c.meta->'tags') AS tag ORDER BY c.id, tag

SELECT c.id, x.value FROM customers c CROSS JOIN LATERAL jsonb_array_elements(c.meta->'tags') AS x(value) ORDER BY c.id, x.value::text

SELECT name FROM customers WHERE name ILIKE 'a%' ORDER BY name

SELECT name FROM customers WHERE name ~* '^a' OR name !~ 'z' ORDER BY name

SELECT DISTINCT ON (customer_id) customer_id, id, total FROM orders ORDER BY customer_id, total DESC, id

SELECT string_agg(name, ', ' ORDER BY name) FROM customers

SELECT array_agg(id ORDER BY id) FROM orders GROUP BY status ORDER BY status

SELECT COUNT(*) FILTER (WHERE status = 'paid') AS paid FROM orders

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) AS median FROM orders

SELECT d::date AS day, COUNT(o.id) FROM generate_series(DATE '2024-01-01', DATE '2024-01-10', INTERVAL '1 day') AS d LEFT JOIN orders o ON o.ordered_at::date = d::date GROUP BY 1 ORDER BY 1

SELECT "Order ID", "Unit Price" FROM "Order Details" ORDER BY "Order ID"

SELECT p."name" FROM public."products" AS p ORDER BY p.id

SELECT public.orders.id FROM public.orders ORDER BY 1

SELECT status, customer_id, SUM(total) FROM orders GROUP BY ROLLUP (status, customer_id) ORDER BY 1 NULLS LAST, 2 NULLS LAST

SELECT status, COUNT(*) FROM orders GROUP BY GROUPING SETS ((status), ()) ORDER BY status NULLS LAST

SELECT concat(name, ' <', email, '>') || '!' AS who, left(name, 2), split_part(email, '@', 2), initcap(name) FROM customers ORDER BY id

SELECT regexp_replace(name, '[aeiou]', '*', 'g'), position('a' in name), substring(name from 2 for 3) FROM customers ORDER BY id

SELECT id, ntile(4) OVER (ORDER BY total, id), first_value(id) OVER (ORDER BY id), cume_dist() OVER (ORDER BY total) FROM orders ORDER BY id

SELECT id, avg(total) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM orders ORDER BY id

SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(n, letter) ORDER BY n

SELECT json_build_object('id', id, 'name', name) FROM customers ORDER BY id

SELECT jsonb_agg(name ORDER BY name) FROM customers

SELECT c.name, latest.total FROM customers c LEFT JOIN LATERAL (SELECT total FROM orders o WHERE o.customer_id = c.id ORDER BY ordered_at DESC, id LIMIT 1) latest ON true ORDER BY c.name

SELECT total::numeric(10,2)::text, round(total::numeric, 2), width_bucket(total, 0, 100, 5) FROM orders ORDER BY id

SELECT id FROM orders WHERE status = ANY (ARRAY['paid', 'open']) ORDER BY id

SELECT id, ordered_at AT TIME ZONE 'UTC' FROM orders ORDER BY id

SELECT make_date(2024, 1, 2), greatest(1, 2), least(3, 4), mod(7, 3), power(2, 3), sqrt(16)

SELECT corr(total, id), stddev(total), variance(total) FROM orders

SELECT id FROM orders ORDER BY id FETCH FIRST 3 ROWS ONLY

SELECT o.id FROM orders o JOIN order_items i USING (id) ORDER BY o.id

SELECT bool_and(active), bool_or(active) FROM customers

SELECT id FROM customers WHERE email IS NOT DISTINCT FROM 'ada@example.com'

SELECT to_jsonb(c) FROM customers c ORDER BY c.id

SELECT E'tab\there' AS x, $$dollar$$ AS y, U&'\0041' AS z

WITH orders AS (SELECT id, total FROM orders WHERE status = 'paid') SELECT COUNT(*) FROM orders
