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

SELECT year(ordered_at) AS y, quarter(ordered_at) AS q, sum(total) AS revenue FROM orders GROUP BY y, q ORDER BY y, q

SELECT date_trunc('day', ordered_at)::DATE AS d, count() AS n FROM orders GROUP BY 1 ORDER BY 1

SELECT ordered_at + INTERVAL 1 MONTH, ordered_at - INTERVAL '2 hours', ordered_at::DATE + 7, DATE '2024-03-01' - DATE '2024-01-01' FROM orders ORDER BY id

SELECT strftime(ordered_at, '%A %d %B %Y'), strptime('2024-01-02 03:04', '%Y-%m-%d %H:%M'), try_strptime('nonsense', '%Y') FROM orders ORDER BY id

SELECT date_part('epoch', ordered_at), epoch_ms(ordered_at), extract(isoyear FROM ordered_at), date_part('week', ordered_at) FROM orders ORDER BY id

SELECT time_bucket(INTERVAL '15 minutes', TIMESTAMP '2024-01-01 10:07:00'), date_diff('hour', TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-02 12:00'), datesub('month', DATE '2024-01-31', DATE '2024-03-01')

SELECT make_timestamp(2024, 1, 2, 3, 4, 5.5), to_days(3), to_months(2), to_hours(5), INTERVAL (2) DAY, date_add(DATE '2024-01-01', INTERVAL 5 DAY)

SELECT century(DATE '2024-01-01'), decade(DATE '2024-01-01'), era(DATE '2024-01-01'), dayofyear(DATE '2024-03-01'), yearweek(DATE '2024-01-08'), microsecond(TIMESTAMP '2024-01-01 00:00:01')

SELECT range::DATE AS day, count(o.id) FROM range(DATE '2024-01-01', DATE '2024-01-11', INTERVAL 1 DAY) LEFT JOIN orders o ON o.ordered_at::DATE = range::DATE GROUP BY ALL ORDER BY ALL

SELECT unnest(generate_series(1, 3)) AS n, unnest(['a', 'b', 'c']) AS letter

SELECT g.i, g.i ** 2 AS square FROM generate_series(1, 4) AS g(i) ORDER BY g.i

SELECT [1, 2, 3][1:2], [1, 2, 3][-1], list_slice([1, 2, 3], 2, 3), [1, 2] || [3], len([1, 2]), list_append([1], 2), list_prepend(0, [1])

SELECT list_distinct([1, 1, 2]).list_sort(), list_unique([1, 1, 2]), list_position([5, 6], 6), list_has_any([1, 2], [2, 3]), list_concat([1], [2]), flatten([[1], [2]])

SELECT list_transform([1, 2, 3], lambda x, i: x * i), list_filter([1, 2, 3], lambda x: x % 2 = 1), list_zip([1, 2], ['a', 'b']), list_reverse([1, 2])

SELECT [x || '!' FOR x IN ['a', 'b']], [n FOR n IN range(5) IF n > 2]

SELECT {'name': name, 'id': id} AS person, row(id, name) FROM customers ORDER BY id

SELECT s.name, s.id FROM (SELECT {'name': name, 'id': id} AS s FROM customers) ORDER BY s.id

SELECT struct_extract({'a': 1}, 'a'), {'a': 1}['a'], struct_insert({'a': 1}, b := 2), unnest({'x': 1, 'y': 2})

SELECT MAP {'a': 1, 'b': 2}, map_keys(MAP {'a': 1}), map_values(MAP {'a': 1}), map([1, 2], ['x', 'y'])[1], cardinality(MAP {'a': 1}), map_entries(MAP {'k': 1})

SELECT meta->>'tier' AS tier, meta->'tags' AS tags, json_extract_string(meta, '$.tags[0]'), json_type(meta, '$.tags'), json_valid(meta) FROM customers ORDER BY id

SELECT json_object('id', id, 'name', name), to_json({'a': 1}), json_array(1, 'x'), json_merge_patch('{"a": 1}', '{"b": 2}'), row_to_json({'a': 1}) FROM customers ORDER BY id

SELECT c.name, e.key, e.value FROM customers c, json_each(c.meta) e ORDER BY c.name, e.key

SELECT c.name, unnest(from_json(c.meta->'tags', '["VARCHAR"]')) AS tag FROM customers c ORDER BY ALL

SELECT json_group_array(name), json_group_object(name, id) FROM (FROM customers ORDER BY id)

SELECT name, regexp_extract(email, '([a-z]+)@([a-z]+)', 2), regexp_replace(email, '[aeiou]', '*', 'g'), regexp_split_to_array('a,b', ','), regexp_extract_all('a1b2', '[0-9]') FROM customers ORDER BY id

SELECT name.upper(), name.lower().reverse(), email.split('@')[2] FROM customers ORDER BY id

SELECT upper(name[1]) || lower(name[2:]) AS proper, lpad(id::VARCHAR, 3, '0'), concat_ws('-', id, name), printf('%05d', id), format('{} {}', id, name) FROM customers ORDER BY id

SELECT string_split('a,b,c', ','), split_part('a,b,c', ',', 2), array_to_string(['a', 'b'], '+'), strip_accents('é'), levenshtein('kitten', 'sitting'), jaccard('duck', 'luck'), editdist3('a', 'b')

SELECT trim('  x '), ltrim('xxa', 'x'), translate('abc', 'ab', 'xy'), repeat('ab', 2), ascii('A'), chr(65), unicode('é'), bar(5, 0, 10, 10), md5('a'), sha256('a'), hash('a') IS NOT NULL

SELECT name FROM customers WHERE name ILIKE 'b%' OR name SIMILAR TO 'A.*' OR name GLOB 'C*' OR regexp_full_match(name, 'D.n') ORDER BY name

SELECT starts_with(email, 'ada'), ends_with(email, '.com'), contains(email, '@'), prefix(email, 'b'), email LIKE '%.org', email NOT ILIKE '%NET' FROM customers ORDER BY id

SELECT status, count(*) FILTER (total > 50) AS big, sum(total) FILTER (WHERE note IS NULL) AS bare, avg(DISTINCT total) FROM orders GROUP BY status ORDER BY status

SELECT quantile_cont(total, [0.25, 0.5, 0.75]), quantile_disc(total, 0.5), percentile_cont(0.5) WITHIN GROUP (ORDER BY total), median(total), mad(total), approx_quantile(total, 0.5) > 0 FROM orders

SELECT arg_max(name, salary), arg_min(name, salary), max_by(name, salary, 2), max(salary, 2), min(name, 2) FROM employees

SELECT first(name ORDER BY id), last(name ORDER BY id), list(name ORDER BY id DESC), string_agg(DISTINCT status, ',' ORDER BY status) FROM customers, (SELECT DISTINCT status FROM orders) GROUP BY ALL

SELECT bool_and(active), bool_or(active), bit_or(id), bit_xor(id), product(id), geomean(id), entropy(id), skewness(id) FROM customers

SELECT corr(total, id), covar_samp(total, id), regr_slope(total, id), var_samp(total), stddev_pop(total), sem(total), histogram(customer_id) FROM orders

SELECT GROUPING_ID(customer_id, status) AS g, customer_id, status, sum(total) FROM orders GROUP BY ROLLUP (customer_id, status) ORDER BY ALL

SELECT customer_id, status, count(*) FROM orders GROUP BY CUBE (customer_id, status) ORDER BY ALL

SELECT customer_id, id, total FROM orders QUALIFY rank() OVER (PARTITION BY customer_id ORDER BY total DESC) <= 2 ORDER BY ALL

SELECT customer_id, total, row_number() OVER (PARTITION BY customer_id ORDER BY total) AS rn FROM orders WINDOW w AS (ORDER BY id) QUALIFY rn = 1 AND count(*) OVER w > 0 ORDER BY customer_id

SELECT id, sum(total) OVER (ORDER BY ordered_at RANGE BETWEEN INTERVAL 30 DAYS PRECEDING AND CURRENT ROW), lag(total IGNORE NULLS) OVER (ORDER BY id) FROM orders ORDER BY id

SELECT id, avg(total) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW), first_value(status) OVER (PARTITION BY customer_id ORDER BY id) FROM orders ORDER BY id

SELECT * EXCLUDE (meta, created_at) REPLACE (upper(name) AS name) FROM customers ORDER BY id

SELECT o.* EXCLUDE (note), c.name FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY o.id

SELECT COLUMNS('id|total') FROM orders ORDER BY id

SELECT COLUMNS(* EXCLUDE (note, ordered_at, status)) FROM orders ORDER BY id

SELECT min(COLUMNS(['id', 'total'])), max(COLUMNS(['id', 'total'])) FROM orders

FROM orders WHERE status = 'paid' ORDER BY id

FROM orders SELECT status, sum(total) AS t GROUP BY status HAVING t > 20 ORDER BY t

FROM (FROM customers SELECT id, name LIMIT 2) SELECT name ORDER BY id

SELECT n: id, amount: total FROM orders ORDER BY n

SELECT id AS n, n * 2 AS m FROM orders WHERE m > 4 ORDER BY n

SELECT o.id, c.name FROM orders o ASOF LEFT JOIN customers c ON o.customer_id = c.id AND o.ordered_at >= c.created_at ORDER BY o.id

SELECT c.name, x.total FROM customers c, LATERAL (SELECT o.total FROM orders o WHERE o.customer_id = c.id ORDER BY o.total DESC LIMIT 1) x ORDER BY c.name

SELECT id FROM orders WHERE customer_id IN [1, 3] ORDER BY id

SELECT id FROM orders WHERE id = ANY ([1, 2]) OR id = ALL (SELECT 5) ORDER BY id

SELECT CAST('x' AS INTEGER) FROM orders WHERE false

SELECT TRY_CAST('1' AS INT), '5'::TINYINT, 300::USMALLINT, 1.5::FLOAT, '1 day'::INTERVAL, 'a'::BLOB, [1, 2]::VARCHAR[], {'a': 1}::STRUCT(a BIGINT), '12'::UHUGEINT

SELECT 7 / 2, 7 // 2, 7 % 3, 2 ** 3, 2 ^ 3, 5 & 3, 5 | 3, xor(5, 3), ~5, 1 << 3, 8 >> 1, @(-5), 1_000_000

SELECT round(2.567, 1), ceil(1.2), floor(-1.2), trunc(1.9), sign(-2), sqrt(2), cbrt(27), ln(1), log(100), exp(0), even(3), gcd(12, 18), lcm(4, 6), factorial(4), fmod(7, 3) IS NOT NULL

SELECT greatest(1, NULL, 3), least('a', 'b'), ifnull(NULL, 1), nullif(1, 1), coalesce(NULL, 'x'), if(true, 1, 2), 1 IS DISTINCT FROM NULL

WITH RECURSIVE up AS (SELECT id, name, manager_id, [name] AS path FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.name, e.manager_id, list_append(u.path, e.name) FROM employees e JOIN up u ON e.manager_id = u.id) SELECT path FROM up ORDER BY len(path)

WITH a AS MATERIALIZED (SELECT * FROM orders), b AS (FROM a WHERE total > 20) SELECT count(*) FROM b

SELECT * FROM (VALUES (1, 'a'), (2, 'b')) t(n, letter) ORDER BY n

SELECT id, total FROM orders UNION BY NAME SELECT total, id FROM orders ORDER BY ALL

SELECT id FROM customers UNION ALL BY NAME SELECT id, name FROM products ORDER BY ALL

SELECT id FROM orders EXCEPT ALL SELECT id FROM customers ORDER BY id

SELECT typeof(total), typeof([1]), typeof({'a': 1}) FROM orders LIMIT 1

SELECT $$dollar$$, 'it''s', E'tab\t', 'ü', '🦆', '\xAB'::BLOB

SELECT main.customers.name, "customers"."email" FROM main."customers" ORDER BY "id"

SELECT left('abc', -1), right('abc', -1), substring('abc', 0, 2), substr('hello', -3, 2), 'abc'[0:2], split_part('a-b-c', '-', -1), split_part('a', '-', 0), lpad('abc', 2, 'x')

SELECT dayname(DATE '2024-01-01'), monthname(DATE '2024-01-01'), array_position([7, 8], 8), list_contains([1, NULL], NULL), list_sort([3, 1, 2]), list_reverse_sort([1, 3, 2]), list_sort([1, NULL], 'DESC', 'NULLS FIRST')

SELECT regexp_matches('anything', 'th'), regexp_full_match('anything', 'th'), 'anything' ~ 'th', regexp_matches('ABC', 'b', 'i'), regexp_replace('aab', 'a', 'x'), regexp_replace('aab', 'a', 'x', 'g')

SELECT jaro_winkler_similarity('Duck', 'duck'), editdist3('kitten', 'sitting'), levenshtein('a', 'b'), hamming('duck', 'luck'), damerau_levenshtein('ab', 'ba')

SELECT mod(7, 3), mod(-7, 3), -7 % 3, -7 // 2, 7.5 % 2, fdiv(7, 2), round(-2.5), trunc(-1.7), ceil(-1.2), log(8, 2), log2(8), log10(1000), xor(6, 3)

SELECT to_hex(255), hex('abc'), bin(5), from_hex('41'), unhex('41'), encode('é'), decode('\xC3\xA9'::BLOB), base64('a'::BLOB), to_base64('a'::BLOB)

SELECT unicode(''), ascii(''), ord('a'), chr(955), length('🦆'), strlen('🦆'), length_grapheme('🤦🏼‍♂️'), octet_length('ab'::BLOB), bit_length('a')

SELECT greatest(NULL, 1), least(NULL, 1), ifnull(NULL, 2), coalesce(NULL, NULL, 3), nullif('a', 'a'), 1 IN (1, NULL), NULL IN (1)

SELECT make_date(2024, 2, 29), make_time(1, 2, 3.5), date_trunc('decade', DATE '2024-05-05'), date_part(['year', 'month'], DATE '2024-05-05'), epoch_us(TIMESTAMP '1970-01-01 00:00:01'), to_timestamp(1.5) IS NOT NULL

SELECT array_to_string([1, NULL, 2], ','), list_aggregate([1, 2], 'string_agg', '|'), string_agg(name, '' ORDER BY id), group_concat(name, '; ' ORDER BY name), listagg(name, ',') FROM customers

SELECT array_agg(id ORDER BY id), list(DISTINCT status ORDER BY status), count(DISTINCT status), sum(DISTINCT customer_id), any_value(status ORDER BY id) FROM orders

SELECT bool_and(total > 5), count_if(total > 50), favg(total) > 0, fsum(total) > 0, mode(status), arg_max(id, total), arg_max(status, total, 2) FROM orders

SELECT json_extract('{"a": {"b": [1, 2]}}', '$.a.b[1]'), json_extract_string('{"a": "x"}', 'a'), '{"a": 1}'::JSON->'a', json_extract('{"a": 1, "b": 2}', ['a', 'b']), json('{"a":1}'), json_keys('{"a": 1}'), json_structure('{"a": 1}')

SELECT generate_series(0, 10, 5), range(5, 0, -2), generate_series(3), [x + 1 FOR x IN range(3)], list_reduce([1, 2, 3], lambda a, b: a * b, 10)

SELECT len('abc'), len([1, 2]), length('abc'), array_length([[1], [2]], 1), cardinality(MAP {'a': 1}), struct_pack(a := 1, b := 'x'), row(1, 'x'), {'a': 1}.a

SELECT 'abc'.upper().reverse(), [3, 1].list_sort()[1], (total + 1).round(0), o.status.length() FROM orders o ORDER BY o.id

SELECT strftime(TIMESTAMP '2024-01-02 03:04:05', '%Y/%m/%d %H-%M-%S %j %y'), strptime('02.01.2024', ['%Y', '%d.%m.%Y']), TIMESTAMP '2024-01-01'::VARCHAR, DATE '2024-01-01'::TIMESTAMP

SELECT INTERVAL '1 month 3 days', INTERVAL 5 MINUTE, to_months(3) + to_days(1), INTERVAL '2' YEAR, age(DATE '2024-03-01', DATE '2024-01-31'), DATE '2024-01-31' + INTERVAL 1 MONTH

SELECT DISTINCT ON (customer_id) customer_id, id FROM orders ORDER BY customer_id, id DESC

SELECT sum(total) OVER (PARTITION BY customer_id ORDER BY id ROWS 1 PRECEDING), count(*) FILTER (WHERE total > 20) OVER (), ntile(2) OVER (ORDER BY id), last_value(total) OVER (ORDER BY id) FROM orders ORDER BY id

SELECT parse_filename('a/b.csv'), strip_accents('ñ'), nfc_normalize('é'), url_encode('a b'), url_decode('a%20b'), printf('%d-%s', 1, 'x'), format('{:>5}', 'x'), bar(3, 0, 10)

SELECT time '10:00' + INTERVAL 1 HOUR, TIMESTAMPTZ '2024-01-01 00:00+00' AT TIME ZONE 'UTC', DATE '2024-01-01'::VARCHAR || '!'

SELECT count(*) FROM orders o, (SELECT unnest([1, 2, 3]) AS n) u WHERE u.n = o.id

SELECT max(id), min(status), max(total, 2), min(id, 3), sum(total)::DECIMAL(10, 1), avg(total)::INT FROM orders

SELECT 1 /* a /* b */ */ AS one

SELECT 'a\', 'b''c', E'd\'e', E'\x41\u00e9', 'new
line', $q$it's$q$

SELECT @id, @(-total) FROM orders ORDER BY id
