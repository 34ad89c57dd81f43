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

SELECT id FROM orders WHERE (note IS NOT NULL) IS TRUE ORDER BY id

SELECT id FROM orders WHERE id BETWEEN SYMMETRIC 5 AND 2 ORDER BY id

SELECT ARRAY(SELECT id FROM orders ORDER BY id) AS ids

SELECT to_timestamp(0) AT TIME ZONE 'UTC', to_date('2024-01-02', 'YYYY-MM-DD')

SELECT EXTRACT(epoch FROM ordered_at) / 3600 AS hours FROM orders ORDER BY id

SELECT date_part('month', ordered_at), date_part('year', age(TIMESTAMP '2026-01-01', ordered_at)) FROM orders ORDER BY id

SELECT COUNT(*) OVER () AS n, id FROM orders ORDER BY id

SELECT u.x, u.n FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY AS u(x, n) ORDER BY u.n

SELECT json_agg(row_to_json(t)) FROM (SELECT id, name FROM customers ORDER BY id) t

SELECT GROUPING(status), status, COUNT(*) FROM orders GROUP BY CUBE (status) ORDER BY 1, 2

SELECT id, total FROM orders WHERE (customer_id, total) IN (SELECT customer_id, MAX(total) FROM orders GROUP BY customer_id) ORDER BY id

SELECT id, SUM(total) OVER (ORDER BY ordered_at RANGE BETWEEN INTERVAL '30 days' PRECEDING AND CURRENT ROW) FROM orders ORDER BY id

SELECT generate_series(1, 3) AS n

SELECT name, regexp_match(email, '@(.+)$') FROM customers ORDER BY name

SELECT (regexp_matches(email, '@(.+)$'))[1] FROM customers ORDER BY 1

SELECT string_to_array('a,b', ','), array_length(ARRAY[1, 2, 3], 1), cardinality(ARRAY[1])

SELECT id FROM customers WHERE meta -> 'tags' ? 'a' ORDER BY id

SELECT meta #>> '{tags,0}' FROM customers ORDER BY id

SELECT key, value FROM customers, jsonb_each(meta) ORDER BY 1, 2::text

SELECT CASE status WHEN 'paid' THEN 1 ELSE 0 END FROM orders ORDER BY id

SELECT COUNT(*) FILTER (WHERE total > 50) * 100.0 / NULLIF(COUNT(*), 0) FROM orders

SELECT date_trunc('week', ordered_at)::date, EXTRACT(isodow FROM ordered_at) FROM orders ORDER BY id

SELECT o.*, c.name FROM orders o NATURAL LEFT JOIN (SELECT id AS customer_id, name FROM customers) c ORDER BY o.id

SELECT id FROM orders WHERE total > ALL (SELECT price FROM products) ORDER BY id

SELECT mode() WITHIN GROUP (ORDER BY status) FROM orders

SELECT 'a' AS "Weird ""Name", 1 AS "select"

WITH t AS MATERIALIZED (SELECT 1 AS x) SELECT x FROM t

SELECT x FROM (SELECT 1 UNION SELECT 2) AS s(x) ORDER BY x

SELECT o.id FROM orders AS o(id, cid) WHERE o.cid = 1 ORDER BY 1

(SELECT id FROM orders ORDER BY id LIMIT 1) UNION ALL (SELECT id FROM orders ORDER BY id DESC LIMIT 1)

SELECT coalesce(sum(total) FILTER (WHERE ordered_at >= '2024-03-01'::timestamp), 0) FROM orders

SELECT ordered_at::time, ordered_at + '1 day'::interval, ordered_at - '2024-01-01'::timestamp FROM orders ORDER BY id

SELECT EXISTS (SELECT 1 FROM orders WHERE total > 1000)

SELECT array_to_string(array_agg(DISTINCT status ORDER BY status), ', ') FROM orders

SELECT a.id, b.id FROM orders a FULL OUTER JOIN order_items b ON a.id = b.order_id ORDER BY 1, 2

SELECT id FROM orders WHERE NOT (status = 'paid' AND total > 10) ORDER BY id

SELECT overlay('abcdef' placing 'xx' from 2 for 2), trim(both 'x' from 'xax'), reverse('abc'), lpad('7', 3, '0'), md5('x')

SELECT make_interval(days => 3), justify_days(INTERVAL '40 days'), make_timestamp(2024, 1, 2, 3, 4, 5)

SELECT id, lag(total, 1, 0) OVER (ORDER BY id), nth_value(total, 2) OVER (ORDER BY id) FROM orders ORDER BY id

SELECT num_nulls(note, status), greatest(total, 5), sign(total), trunc(total), ln(total + 1), log(10), exp(1), pi() FROM orders ORDER BY id

SELECT c.name FROM customers c WHERE c.id = (SELECT o.customer_id FROM orders o WHERE o.id = 1)

SELECT * FROM customers c, LATERAL (SELECT COUNT(*) AS n FROM orders o WHERE o.customer_id = c.id) x ORDER BY c.id

SELECT bit_and(id), bit_or(id), every(active) FROM customers

SELECT created_at::date - DATE '2023-01-01' AS days FROM customers ORDER BY id

SELECT TO_CHAR(total, 'FM999,990.00'), to_char(ordered_at, 'Mon DD, YYYY HH24:MI') FROM orders ORDER BY id

SELECT (meta->>'tier')::text COLLATE "C" FROM customers ORDER BY 1

SELECT id, percent_rank() OVER w, dense_rank() OVER w FROM orders WINDOW w AS (ORDER BY total) ORDER BY id

SELECT id, row_number() OVER (ORDER BY total DESC NULLS LAST, id) FROM orders ORDER BY id LIMIT ALL

SELECT x.count, x.max FROM (SELECT count(*), max(total) FROM orders) x

SELECT x.date_trunc FROM (SELECT date_trunc('month', ordered_at) FROM orders) x ORDER BY 1

SELECT d, d.d FROM generate_series(1, 3) AS d ORDER BY 1

SELECT t.value FROM customers c, jsonb_array_elements(c.meta -> 'tags') AS t ORDER BY t.value::text

SELECT e.key, e.value FROM customers c, jsonb_each_text(c.meta) AS e ORDER BY 1, 2

SELECT (jsonb_each_text(meta)).key FROM customers ORDER BY 1

SELECT x.a, x.b FROM jsonb_to_recordset('[{"a": 1, "b": "x"}]') AS x(a int, b text)

SELECT generate_series, unnest FROM generate_series(1, 2), unnest(ARRAY['a']) ORDER BY 1

WITH RECURSIVE t AS (SELECT id, manager_id FROM employees WHERE id = 3 UNION ALL SELECT e.id, e.manager_id FROM employees e JOIN t ON t.manager_id = e.id) SELECT t.id FROM t ORDER BY 1

SELECT s.unnest FROM (SELECT unnest(ARRAY[1, 2])) s ORDER BY 1
