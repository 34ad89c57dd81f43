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

SELECT ordered_at::date AS day, extract(hour FROM ordered_at) AS hour FROM orders WHERE ordered_at BETWEEN '2024-01-01' AND '2024-12-31' ORDER BY id

SELECT date_trunc('quarter', ordered_at)::date AS quarter, count(*) AS n, sum(total) AS revenue FROM orders GROUP BY date_trunc('quarter', ordered_at) ORDER BY quarter

SELECT id, EXTRACT(DOY FROM ordered_at), EXTRACT(WEEK FROM ordered_at), EXTRACT(MONTH FROM ordered_at)::int FROM orders ORDER BY id

SELECT ordered_at + make_interval(months => 1), ordered_at - INTERVAL '1 year 2 months', ordered_at + INTERVAL '90' MINUTE FROM orders ORDER BY id

SELECT TIMESTAMP '2024-02-29 12:00' + INTERVAL '1 year', DATE '2024-03-01' - 1, DATE '2024-03-31' - DATE '2024-01-01', TIME '10:00' + INTERVAL '30 min'

SELECT TIMESTAMPTZ '2024-01-01 00:00+00' AT TIME ZONE 'Europe/Berlin', timezone('UTC', TIMESTAMPTZ '2024-01-01 05:00+02')

SELECT (DATE '2024-01-01', DATE '2024-02-01') OVERLAPS (DATE '2024-01-15', DATE '2024-03-01')

SELECT date_bin('15 minutes', TIMESTAMP '2024-01-01 10:07', TIMESTAMP '2024-01-01'), to_char(INTERVAL '3 hours 5 min', 'HH24:MI')

WITH months AS (SELECT generate_series('2024-01-01'::date, '2024-06-01'::date, '1 month')::date AS m) SELECT m, coalesce(sum(o.total), 0) AS revenue FROM months LEFT JOIN orders o ON date_trunc('month', o.ordered_at) = m GROUP BY m ORDER BY m

SELECT customer_id, array_agg(total ORDER BY id) AS totals, array_agg(DISTINCT status) FILTER (WHERE status <> 'lost') AS kinds FROM orders GROUP BY customer_id ORDER BY customer_id

SELECT (array_agg(id ORDER BY total DESC))[1] AS best, (ARRAY[1, 2, 3])[2:3], ARRAY[1, 2] || 3, ARRAY[1, 2] @> ARRAY[1], ARRAY[1] && ARRAY[2], 2 = ANY (ARRAY[1, 2]) FROM orders

SELECT t.tag, count(*) FROM customers c CROSS JOIN LATERAL jsonb_array_elements_text(c.meta -> 'tags') AS t(tag) GROUP BY t.tag ORDER BY t.tag

SELECT meta -> 'tags' ->> 0 AS first_tag, meta #> '{tags}' AS tags, jsonb_typeof(meta -> 'tags'), meta ? 'tier' AS has_tier FROM customers ORDER BY id

SELECT meta || '{"x": 1}'::jsonb, meta - 'tags', jsonb_set(meta, '{tier}', '"none"') FROM customers ORDER BY id

SELECT jsonb_path_query_first(meta, '$.tags[*]'), jsonb_path_exists(meta, '$.tier ? (@ == "gold")') FROM customers ORDER BY id

SELECT jsonb_object_agg(name, id ORDER BY name), json_agg(name ORDER BY id) FROM customers

SELECT p.key, p.value FROM jsonb_each_text('{"a": 1, "b": "x"}'::jsonb) AS p ORDER BY p.key

SELECT x.* FROM jsonb_to_recordset('[{"id": 1, "label": "a"}, {"id": 2}]'::jsonb) AS x(id int, label text) ORDER BY x.id

SELECT jsonb_build_object('customer', name, 'tags', meta -> 'tags') FROM customers ORDER BY id

SELECT name, email ~ '\.com$' AS dot_com, email !~* 'EXAMPLE', name SIMILAR TO '(A|b)%', regexp_replace(email, '@.*$', '') FROM customers ORDER BY id

SELECT regexp_split_to_array('a,b;c', '[,;]'), regexp_matches('ab12', '([a-z]+)([0-9]+)'), substring('foobar' FROM 'o(.)b')

SELECT word FROM regexp_split_to_table('the quick fox', '\s+') AS word ORDER BY word

SELECT format('%s has %s', name, id), concat_ws(', ', name, NULL, email), rpad(name, 6, '.'), strpos(email, '@'), repeat('-', 3), translate('abc', 'ab', 'xy') FROM customers ORDER BY id

SELECT quote_literal('it''s'), quote_ident('Odd name'), chr(65), ascii('A'), to_hex(255), encode('abc'::bytea, 'base64'), decode('616263', 'hex')

SELECT percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY total), percentile_disc(0.9) WITHIN GROUP (ORDER BY total) FROM orders

SELECT status, rank() OVER (ORDER BY sum(total) DESC) AS place FROM orders GROUP BY status ORDER BY place

SELECT id, sum(total) OVER w AS running, sum(total) OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS pair FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY id) ORDER BY id

SELECT id, count(*) OVER (ORDER BY total RANGE BETWEEN 20 PRECEDING AND 20 FOLLOWING EXCLUDE CURRENT ROW) AS near FROM orders ORDER BY id

SELECT DISTINCT ON (o.status) o.status, o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY o.status, o.total DESC

SELECT GROUPING(customer_id, status) AS g, customer_id, status, count(*) FROM orders GROUP BY CUBE (customer_id, status) ORDER BY 1, 2, 3

SELECT c.name, o.* FROM customers c JOIN LATERAL (SELECT id, total FROM orders WHERE customer_id = c.id ORDER BY total DESC LIMIT 2) o ON true ORDER BY c.name, o.total DESC

SELECT v.label, count(o.id) FROM (VALUES ('cheap', 0, 20), ('fair', 20, 70), ('dear', 70, 1000)) AS v(label, low, high) LEFT JOIN orders o ON o.total >= v.low AND o.total < v.high GROUP BY v.label ORDER BY v.label

SELECT id, total FROM orders ORDER BY total DESC NULLS FIRST OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY

SELECT name FROM customers WHERE name = ANY ('{Ada,Dan}'::text[]) OR id = ALL (ARRAY[2]) ORDER BY name

SELECT CAST(total AS text), total::int, '12'::integer, 'true'::boolean, '1.5'::double precision, '{1,2}'::int[], '2024-01-01'::timestamp FROM orders ORDER BY id

SELECT 7 / 2, 7 / 2.0, 7 % 3, 2 ^ 10, |/ 16, ||/ 27, 5 # 3, 6 & 3, 6 | 1, ~1, 1 << 4

SELECT 'a' || 1 || NULL, 'x' || 2, 'abc' LIKE '_b_', 'a%c' LIKE 'a\%c', 'a%c' LIKE 'a!%c' ESCAPE '!'

SELECT 1 IS DISTINCT FROM NULL, true AND NULL, (NULL OR true) IS NOT FALSE, 5 NOT BETWEEN 1 AND 3, ROW(1, 2) < ROW(1, 3)

WITH RECURSIVE tree AS (SELECT id, name, ARRAY[name::text] AS path FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.name, t.path || e.name::text FROM employees e JOIN tree t ON e.manager_id = t.id) SELECT array_to_string(path, ' > ') FROM tree ORDER BY 1

WITH o AS NOT MATERIALIZED (SELECT * FROM orders), c AS (SELECT * FROM customers) SELECT c.name, count(o.id) FROM c LEFT JOIN o ON o.customer_id = c.id GROUP BY c.name ORDER BY c.name

SELECT c.name, count(*) FILTER (WHERE o.status = 'paid') AS paid, sum(o.total) FILTER (WHERE o.ordered_at >= '2024-02-01') AS later FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id, c.name ORDER BY c.name

SELECT to_tsvector('english', 'The quick foxes') @@ to_tsquery('english', 'fox'), ts_rank(to_tsvector('english', 'fox fox'), plainto_tsquery('english', 'fox')) > 0

SELECT int4range(1, 5) @> 3, daterange('2024-01-01', '2024-02-01') && daterange('2024-01-15', '2024-03-01'), lower(int4range(1, 5)), upper(int4range(1, 5))

SELECT width_bucket(total, 0, 150, 3) AS bucket, count(*), min(total), max(total) FROM orders GROUP BY 1 ORDER BY 1

SELECT stddev_samp(total), var_pop(total), corr(total, id), regr_slope(total, id), covar_pop(total, id) FROM orders

SELECT EXTRACT(EPOCH FROM (max(ordered_at) - min(ordered_at))) / 86400 AS days, justify_interval(max(ordered_at) - min(ordered_at)) FROM orders

SELECT u.id, u.word FROM customers c, unnest(ARRAY[c.id, c.id + 10], ARRAY[c.name, upper(c.name)]) AS u(id, word) ORDER BY u.id

SELECT n, n * n AS square FROM generate_series(1, 5) AS n WHERE n % 2 = 1 ORDER BY n

SELECT g.n, o.total FROM generate_series(1, 3) WITH ORDINALITY AS g(n, place) LEFT JOIN orders o ON o.id = g.n ORDER BY g.place

(SELECT name FROM customers ORDER BY name LIMIT 2) UNION ALL (SELECT name FROM products ORDER BY price DESC LIMIT 1)

SELECT a.* FROM (orders a JOIN customers b ON a.customer_id = b.id) WHERE b.active ORDER BY a.id

SELECT "o"."id", "o"."total" AS "Total €" FROM "public"."orders" AS "o" WHERE "o"."status" = 'paid' ORDER BY "o"."id"

SELECT left('abc', -1), right('abc', -1), substr('abc', 0, 2), substring('abc', 2), substring('hello' FROM '...$'), split_part('a-b-c', '-', -1), lpad('abc', 2), btrim('xxaxx', 'x'), ltrim('xxa', 'x'), rtrim('axx', 'x')

SELECT to_hex(255), date_part('month', DATE '2024-05-05'), extract(month FROM DATE '2024-05-05'), date_part('epoch', INTERVAL '1 hour'), div(7, 2), mod(-7, 3), -7 % 3, -7 / 2, round(-2.5), round(2.345::numeric, 2), trunc(-1.789, 1)

SELECT to_number('1,234.5', '9G999D9'), to_char(1234.5, '9,999.99'), to_char(DATE '2024-01-02', 'Day, DD Month YYYY'), to_date('02/01/2024', 'DD/MM/YYYY'), to_timestamp('2024-01-02 03', 'YYYY-MM-DD HH24') IS NOT NULL

SELECT char_length('abc'), character_length('äö'), length('abc'), octet_length('ä'), bit_length('a'), position('b' IN 'abc'), strpos('abc', 'c'), overlay('abcdef' PLACING 'X' FROM 2), initcap('hello world'), ascii('x'), chr(960)

SELECT array_length(ARRAY[1, 2], 1), array_position(ARRAY['a', 'b'], 'b'), array_remove(ARRAY[1, 2, 1], 1), array_replace(ARRAY[1, 2], 1, 9), array_cat(ARRAY[1], ARRAY[2]), array_prepend(0, ARRAY[1]), array_to_string(ARRAY['a', NULL, 'c'], ',', '?'), array_dims(ARRAY[[1, 2]]), trim_array(ARRAY[1, 2, 3], 1)

SELECT json_object('{a, 1, b, 2}'), json_object('{a, b}', '{1, 2}'), json_build_array(1, 'x', NULL), to_json('a'::text), json_extract_path('{"a": {"b": 1}}'::json, 'a', 'b'), json_extract_path_text('{"a": "x"}'::json, 'a'), jsonb_strip_nulls('{"a": null}'), jsonb_pretty('{"a": 1}')

SELECT '{"a": [1, 2]}'::jsonb -> 'a' -> 0, '{"a": 1}'::json ->> 'a', '[1, 2]'::jsonb ->> -1, '{"a": {"b": 5}}'::jsonb #> '{a, b}', '{"a": 1}'::jsonb @> '{}', '{"a": 1}'::jsonb ?| ARRAY['a', 'z'], '{"a": 1}'::jsonb ?& ARRAY['a'], '{"a": 1}'::jsonb #- '{a}', '{"a": 1}'::jsonb @? '$.a', '{"a": 1}'::jsonb @@ '$.a == 1'

SELECT string_agg(name, ''), string_agg(DISTINCT name, ', ' ORDER BY name), array_agg(id ORDER BY id DESC), json_agg(json_build_object('n', name) ORDER BY id), jsonb_object_agg(id, name) FROM customers

SELECT max(total), bit_xor(id), stddev_pop(total), var_samp(total), count(DISTINCT (status, customer_id)), count(DISTINCT status) FILTER (WHERE total > 10), percentile_disc(0.5) WITHIN GROUP (ORDER BY total DESC) FROM orders

SELECT regexp_replace('aab', 'a', 'x'), regexp_replace('aab', 'a', 'x', 'g'), regexp_replace('AbA', 'a', 'x', 'gi'), regexp_match('a1', '(\d)'), regexp_like('abc', 'B', 'i'), regexp_count('aaa', 'a'), regexp_substr('a1b2', '\d', 3), regexp_instr('abc', 'c'), 'abc' ~ 'b'

SELECT INTERVAL '1 day 2 hours', INTERVAL '1-2', INTERVAL '3' DAY, INTERVAL '1 02:03:04', INTERVAL '1 month' * 2, INTERVAL '1 hour' / 2, -INTERVAL '1 day', age(DATE '2024-03-01', DATE '2024-01-31'), DATE '2024-01-31' + INTERVAL '1 month'

SELECT CURRENT_DATE > '2000-01-01', now() > '2000-01-01', CURRENT_TIMESTAMP(0) > '2000-01-01', LOCALTIMESTAMP > '2000-01-01', clock_timestamp() >= now(), statement_timestamp() >= now()

SELECT log(100), log(2, 8), ln(1), exp(0), sqrt(4), cbrt(27), power(2, 3), degrees(pi()), atan2(1, 1), sind(30), gcd(12, 18), lcm(4, 6), factorial(5), width_bucket(5.5, 0, 10, 5), ceiling(1.2), sign(-2), scale(1.50), min_scale(1.50)

SELECT x::varchar(2), x::char(3) || '|', x::name IS NOT NULL FROM (SELECT 'abc'::text AS x) s WHERE false

SELECT '12:30'::time, '2024-01-01'::date::timestamp, 1::bit(4), B'101', 'a'::bytea, '{"a":1}'::json::text, '10.0.0.1'::inet, 'f'::bool, 3.7::int, '1e3'::float8, '{{1,2},{3,4}}'::int[][], 1.5::money IS NOT NULL

SELECT host('10.0.0.1/8'::inet), masklen('10.0.0.0/8'::inet), network('10.1.2.3/8'::inet), '10.1.2.3'::inet << '10.0.0.0/8'::inet, family('::1'::inet)

SELECT md5('a'), sha256('a'::bytea), encode(sha256('a'::bytea), 'hex'), convert_from('\x61'::bytea, 'UTF8'), normalize('é', NFD) IS NOT NULL, unistr('\0041'), quote_nullable(NULL), format('%1$s %I %L', 'a', 'b c', 'd')

SELECT row_number() OVER (), rank() OVER (ORDER BY total DESC), lag(total, 2, 0.0) OVER (PARTITION BY customer_id ORDER BY id), nth_value(id, 2) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM orders ORDER BY id

SELECT GREATEST(1, NULL, 3), LEAST('b', 'a'), NULLIF(1, 1), COALESCE(NULL, 2), num_nonnulls(1, NULL), (1, 2) = (1, 2), (1, NULL) IS NULL, NOT NULL IS TRUE

SELECT DATE '2024-01-31'::text || '!', TIMESTAMP '2024-01-01 10:00' AT TIME ZONE 'Europe/Berlin', TIMESTAMPTZ '2024-01-01 10:00Z' AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Tokyo', TIME '10:00'::interval

SELECT 1 /* a /* b */ c */ AS one, 'a\', E'a\'b\\', E'\101\x42\u0043', U&'d\0061t\+000061', U&'!0041' UESCAPE '!'

SELECT $$it's$$, $a$ $$ $a$, 'a'
'b', B'1010', X'1F'

SELECT c.name FROM customers c WHERE EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id) ORDER BY c.name

SELECT 5--1
+ 2

SELECT '%s %d %% %(x)s', 'a' || '%' FROM orders WHERE note LIKE '%' LIMIT 1
