SELECT DATE_FORMAT(ordered_at, '%Y-%m') AS month, SUM(total) FROM orders GROUP BY month ORDER BY month

SELECT YEAR(ordered_at), MONTH(ordered_at), DAY(ordered_at), QUARTER(ordered_at), DAYNAME(ordered_at) FROM orders ORDER BY id

SELECT id FROM orders WHERE ordered_at >= DATE_SUB('2025-01-01', INTERVAL 1 YEAR) ORDER BY id

SELECT DATEDIFF('2025-01-01', ordered_at), TIMESTAMPDIFF(MONTH, ordered_at, '2025-01-01'), LAST_DAY(ordered_at) FROM orders ORDER BY id

SELECT id FROM orders WHERE ordered_at > NOW() - INTERVAL 100 YEAR ORDER BY id

SELECT id FROM orders WHERE DATE(ordered_at) <= CURDATE() ORDER BY id

SELECT JSON_UNQUOTE(JSON_EXTRACT(meta, '$.tier')) AS tier, COUNT(*) FROM customers GROUP BY tier ORDER BY tier

SELECT JSON_LENGTH(meta, '$.tags') FROM customers ORDER BY id

SELECT JSON_VALUE(meta, '$.tier') FROM customers ORDER BY id

SELECT GROUP_CONCAT(name ORDER BY name SEPARATOR '; ') FROM customers

SELECT CONCAT(name, ' <', email, '>'), CONCAT_WS('-', id, name), LEFT(name, 2), RIGHT(name, 2), LPAD(id, 5, '0') FROM customers ORDER BY id

SELECT IF(total > 50, 'big', 'small') AS size, IFNULL(note, '-') FROM orders ORDER BY id

SELECT `name`, `Order Details`.`Unit Price` FROM `Order Details` JOIN products ON products.id = `Order Details`.`Order ID` ORDER BY `name`

SELECT o.`id` FROM `orders` o WHERE o.`status` = "paid" ORDER BY o.`id`

SELECT name FROM customers WHERE name REGEXP '^[Aa]' OR name RLIKE 'b' ORDER BY name

SELECT id, total FROM orders ORDER BY id LIMIT 2, 3

SELECT status, COUNT(*) FROM orders GROUP BY status WITH ROLLUP

SELECT CAST(total AS DECIMAL(12, 2)), CAST(total AS SIGNED), CAST(id AS CHAR), CONVERT(total, CHAR) FROM orders ORDER BY id

SELECT STR_TO_DATE('01/02/2024', '%d/%m/%Y'), UNIX_TIMESTAMP('2024-01-01 00:00:00'), FROM_UNIXTIME(0)

SELECT id, SUM(total) OVER (PARTITION BY customer_id ORDER BY id) AS running FROM orders ORDER BY id

SELECT SUBSTRING_INDEX(email, '@', -1) AS domain, COUNT(*) FROM customers GROUP BY domain ORDER BY domain

SELECT EXTRACT(YEAR_MONTH FROM ordered_at) AS ym, COUNT(*) FROM orders GROUP BY ym ORDER BY ym

SELECT WEEK(ordered_at), WEEKDAY(ordered_at), HOUR(ordered_at) FROM orders ORDER BY id

SELECT FORMAT(total, 2), TRUNCATE(total, 1), MOD(id, 3), POW(id, 2), GREATEST(id, 2) FROM orders ORDER BY id

SELECT c.name FROM customers c STRAIGHT_JOIN orders o ON o.customer_id = c.id ORDER BY c.name

SELECT STDDEV(total), VAR_POP(total) FROM orders

SELECT id FROM orders WHERE status <=> 'paid' ORDER BY id

SELECT FIELD(status, 'paid', 'open') AS place, ELT(1, 'a', 'b'), FIND_IN_SET('b', 'a,b') FROM orders ORDER BY id

SELECT id DIV 2 AS half, id % 2 AS odd, NOT active AS off FROM customers ORDER BY id

SELECT shop.orders.id FROM shop.orders ORDER BY 1

WITH orders AS (SELECT id, total FROM orders WHERE status = 'paid') SELECT COUNT(*) FROM orders

SELECT DATE_ADD(ordered_at, INTERVAL 1 MONTH), ordered_at + INTERVAL 2 DAY FROM orders ORDER BY id

SELECT MONTHNAME(ordered_at), WEEKOFYEAR(ordered_at), DAYOFWEEK(ordered_at), DAYOFYEAR(ordered_at) FROM orders ORDER BY id

SELECT CASE WHEN total IS NULL THEN 0 ELSE total END FROM orders ORDER BY id

SELECT COUNT(DISTINCT status, customer_id) FROM orders

SELECT SUM(status = 'paid') AS paid, AVG(total > 50) AS share FROM orders

SELECT id, ROW_NUMBER() OVER (PARTITION BY status ORDER BY total DESC) FROM orders ORDER BY id

SELECT INSTR(email, '@'), LOCATE('@', email), CHAR_LENGTH(name), REVERSE(name), UCASE(name), REPEAT('*', 3) FROM customers ORDER BY id

SELECT TIMESTAMPDIFF(DAY, '2024-01-01', ordered_at), TO_DAYS(ordered_at), TIME(ordered_at) FROM orders ORDER BY id

SELECT name FROM customers WHERE name LIKE 'a%' COLLATE utf8mb4_general_ci ORDER BY name

SELECT name FROM customers WHERE BINARY name = 'Ada'

SELECT IFNULL(SUM(total), 0) FROM orders WHERE YEAR(ordered_at) = 2024 AND MONTH(ordered_at) BETWEEN 1 AND 3

SELECT DATE(ordered_at) AS day, HOUR(ordered_at) AS hour, COUNT(*) FROM orders GROUP BY DATE(ordered_at), HOUR(ordered_at) ORDER BY 1, 2

SELECT JSON_CONTAINS(meta, '"a"', '$.tags'), JSON_KEYS(meta), JSON_TYPE(meta) FROM customers ORDER BY id

SELECT JSON_OBJECT('id', id, 'name', name) FROM customers ORDER BY id

SELECT JSON_ARRAYAGG(id) FROM customers

SELECT CONCAT('a', 1, NULL), TRIM(BOTH 'x' FROM 'xax'), LTRIM('  a'), HEX('a'), MD5('a'), ASCII('a'), SPACE(2), STRCMP('a', 'b')

SELECT CAST('2024-01-02' AS DATE), CAST('1.5' AS DECIMAL(5, 1)), CAST(1 AS UNSIGNED), CAST('x' AS CHAR(3)), CAST('2024-01-02 03:04:05' AS DATETIME)

SELECT a.id FROM orders a LEFT JOIN orders b ON a.customer_id = b.customer_id AND a.id < b.id WHERE b.id IS NULL ORDER BY a.id

SELECT ROUND(total, 0), CEILING(total), FLOOR(total), SIGN(total), SQRT(total), EXP(0), LN(total), LOG10(100), PI() FROM orders ORDER BY id

SELECT status, GROUP_CONCAT(DISTINCT customer_id ORDER BY customer_id) FROM orders GROUP BY status ORDER BY status

SELECT id FROM orders WHERE ordered_at BETWEEN '2024-01-01' AND '2024-02-28 23:59:59' ORDER BY id

SELECT STR_TO_DATE('2024-01-02', '%Y-%m-%d') + INTERVAL 1 DAY, MAKEDATE(2024, 32), PERIOD_DIFF(202403, 202401)

SELECT id, total, NTILE(2) OVER (ORDER BY total, id), CUME_DIST() OVER (ORDER BY total) FROM orders ORDER BY id

(SELECT id FROM orders ORDER BY id LIMIT 1) UNION ALL (SELECT id FROM customers ORDER BY id DESC LIMIT 1)

SELECT YEARWEEK(ordered_at, 1), DATE_FORMAT(ordered_at, '%x-W%v'), LAST_DAY(ordered_at) FROM orders ORDER BY id

SELECT id ^ 1, id & 1, id | 2, id << 1, ~0 FROM customers ORDER BY id

SELECT 'it\'s', "double", 0x41, b'101', _utf8mb4'x', N'y', 1e3, .5

SELECT customer_id, SUM(total) AS t FROM orders GROUP BY customer_id ORDER BY SUM(total) DESC

SELECT c.name, IFNULL(x.n, 0) FROM customers c LEFT JOIN (SELECT customer_id, COUNT(*) n FROM orders GROUP BY customer_id) x ON x.customer_id = c.id ORDER BY c.name

SELECT CONVERT_TZ('2024-01-01 00:00:00', '+00:00', '+02:00'), UTC_DATE() > '2000-01-01', UTC_TIMESTAMP() > '2000-01-01'

SELECT DATE_FORMAT(ordered_at, '%d.%m.%Y %H:%i:%s') AS written, DATE_FORMAT(ordered_at, '%W, %e %M %Y') FROM orders ORDER BY id

SELECT DATE(ordered_at) AS d, SUM(total) AS revenue FROM orders WHERE ordered_at >= '2024-01-01' AND ordered_at < '2024-01-01' + INTERVAL 3 MONTH GROUP BY DATE(ordered_at) ORDER BY d

SELECT YEAR(ordered_at) AS y, QUARTER(ordered_at) AS q, COUNT(*) AS n FROM orders GROUP BY YEAR(ordered_at), QUARTER(ordered_at) ORDER BY y, q

SELECT DATE_ADD('2024-01-31', INTERVAL 1 MONTH), DATE_SUB('2024-03-31', INTERVAL 1 MONTH), ADDDATE('2024-01-01', 31), SUBDATE('2024-01-01', INTERVAL 1 WEEK)

SELECT DATE_ADD('2024-01-01 10:00:00', INTERVAL '1:30' HOUR_MINUTE), '2024-01-01' - INTERVAL 1 QUARTER, INTERVAL 2 DAY + '2024-01-01'

SELECT TIMESTAMPDIFF(HOUR, '2024-01-01 00:00:00', '2024-01-02 12:00:00'), TIMESTAMPADD(DAY, 3, '2024-01-01'), TIMEDIFF('12:00:00', '10:30:00')

SELECT EXTRACT(YEAR FROM ordered_at), EXTRACT(DAY FROM ordered_at), EXTRACT(HOUR FROM ordered_at) FROM orders ORDER BY id

SELECT DAYOFMONTH(ordered_at), MINUTE(ordered_at), SECOND(ordered_at), MICROSECOND(ordered_at), TIME_FORMAT(ordered_at, '%H:%i') FROM orders ORDER BY id

SELECT MAKETIME(10, 5, 0), SEC_TO_TIME(3661), TIME_TO_SEC('01:01:01'), FROM_DAYS(739000), TO_SECONDS('2024-01-01')

SELECT UNIX_TIMESTAMP(ordered_at) > 0, FROM_UNIXTIME(86400, '%Y'), STR_TO_DATE('Jan 5, 2024', '%b %d, %Y') FROM orders ORDER BY id

SELECT CONCAT(UPPER(LEFT(name, 1)), LOWER(SUBSTRING(name, 2))) AS proper, CHAR_LENGTH(email), OCTET_LENGTH(email) FROM customers ORDER BY id

SELECT SUBSTRING(email, 3, 4), SUBSTRING(email FROM 2), MID(email, 2, 3), SUBSTR(email, -3), POSITION('@' IN email), INSERT('abcd', 2, 1, 'XX') FROM customers ORDER BY id

SELECT LPAD(id, 3, '0'), RPAD(name, 6, '.'), TRIM(LEADING '0' FROM '007'), TRIM(TRAILING FROM 'x  '), QUOTE('it''s'), SOUNDEX('hello') FROM customers ORDER BY id

SELECT REGEXP_REPLACE(email, '@.*$', ''), REGEXP_SUBSTR(email, '[a-z]+'), REGEXP_INSTR(email, '@'), email NOT REGEXP 'net$' FROM customers ORDER BY id

SELECT name FROM customers WHERE email REGEXP '^[a-c].*\\.(com|org)$' ORDER BY name

SELECT GROUP_CONCAT(DISTINCT status ORDER BY status DESC SEPARATOR '|') FROM orders

SELECT customer_id, GROUP_CONCAT(CONCAT(id, ':', total) ORDER BY id) AS list FROM orders GROUP BY customer_id ORDER BY customer_id

SELECT JSON_EXTRACT(meta, '$.tags[0]'), JSON_UNQUOTE(JSON_EXTRACT(meta, '$.tags[0]')), JSON_LENGTH(meta), JSON_DEPTH(meta) FROM customers ORDER BY id

SELECT JSON_SET('{"a": 1}', '$.b', 2), JSON_REMOVE('{"a": 1, "b": 2}', '$.a'), JSON_MERGE_PATCH('{"a": 1}', '{"b": 2}'), JSON_VALID('{}'), JSON_ARRAY(1, 'a', NULL)

SELECT JSON_SEARCH('["a", "b"]', 'one', 'b'), JSON_CONTAINS_PATH('{"a": 1}', 'one', '$.a'), JSON_QUOTE('x'), JSON_QUERY('{"a": [1]}', '$.a')

SELECT j.tag FROM customers c, JSON_TABLE(c.meta, '$.tags[*]' COLUMNS (tag VARCHAR(10) PATH '$')) AS j ORDER BY c.id, j.tag

SELECT c.name, j.n, j.tag FROM customers c JOIN JSON_TABLE(c.meta, '$.tags[*]' COLUMNS (n FOR ORDINALITY, tag VARCHAR(10) PATH '$')) j ORDER BY c.id, j.n

SELECT JSON_OBJECTAGG(name, id) FROM customers WHERE id = 1

SELECT status, SUM(total) FROM orders GROUP BY status WITH ROLLUP HAVING SUM(total) > 10

SELECT IF(status = 'paid', total, 0), IFNULL(note, status), NULLIF(status, 'open'), ISNULL(note), CASE WHEN note IS NULL THEN 'no' ELSE 'yes' END FROM orders ORDER BY id

SELECT FORMAT(1234567.891, 2), TRUNCATE(1.999, 1), ROUND(-1.5), CEIL(1.2), FLOOR(-1.2), MOD(-7, 3), POWER(2, 8), SQRT(2), LOG2(8), LOG(2, 8)

SELECT CONV('ff', 16, 10), BIN(5), OCT(8), HEX(255), UNHEX('41'), BIT_COUNT(7), CRC32('a'), INET_ATON('10.0.0.1'), INET_NTOA(167772161)

SELECT MD5('a'), SHA1('a'), SHA2('a', 256), TO_BASE64('abc'), FROM_BASE64('YWJj')

SELECT CAST('2024-01-02 03:04:05' AS DATE), CAST(3.7 AS SIGNED), CAST('12abc' AS UNSIGNED), CONVERT('2024-01-02', DATE), CONVERT('abc' USING utf8mb4), CAST(1 AS DOUBLE)

SELECT 7 / 2, 7 DIV 2, 7 MOD 3, 5 ^ 1, 6 & 3, 6 | 1, 1 << 3, !0, 3 <=> NULL, NULL <=> NULL, 1 XOR 0

SELECT 'a' 'b', "double ""quoted""", 'back\\slash', 'tab\tnew', 0x4D, X'4D', b'1', TRUE, FALSE, NULL

SELECT id FROM orders WHERE status = 'PAID' && total > 10 || id = 2 ORDER BY id

SELECT o.id, c.name FROM orders o INNER JOIN customers c USING (id) ORDER BY o.id

SELECT o.id, i.quantity FROM orders AS o RIGHT JOIN order_items AS i ON i.order_id = o.id ORDER BY i.id

SELECT `o`.`id` AS `Order No.`, `c`.`name` AS `Käufer` FROM `orders` `o` JOIN `customers` `c` ON `c`.`id` = `o`.`customer_id` ORDER BY `o`.`id`

SELECT c.name, (SELECT GROUP_CONCAT(o.id ORDER BY o.id) FROM orders o WHERE o.customer_id = c.id) AS ids FROM customers c ORDER BY c.id

SELECT id, SUM(total) OVER w AS running, RANK() OVER (PARTITION BY status ORDER BY total DESC) AS place FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY id) ORDER BY id

SELECT id, LAG(total, 1) OVER (ORDER BY id) AS earlier, NTH_VALUE(total, 2) OVER (ORDER BY id) AS second FROM orders ORDER BY id

WITH RECURSIVE d AS (SELECT DATE('2024-01-01') AS day UNION ALL SELECT day + INTERVAL 1 DAY FROM d WHERE day < '2024-01-10') SELECT d.day, COUNT(o.id) FROM d LEFT JOIN orders o ON DATE(o.ordered_at) = d.day GROUP BY d.day ORDER BY d.day

SELECT * FROM (SELECT id, total, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY total DESC) AS rn FROM orders) t WHERE t.rn <= 2 ORDER BY t.id

SELECT status, COUNT(*) AS n, COUNT(*) * 100 / (SELECT COUNT(*) FROM orders) AS share FROM orders GROUP BY status ORDER BY n DESC, status

SELECT MAX(total), STD(total), STDDEV_SAMP(total), VAR_SAMP(total), VARIANCE(total), BIT_OR(id), BIT_AND(id), BIT_XOR(id) FROM orders

SELECT id FROM orders WHERE (status, customer_id) IN (('paid', 1), ('open', 1)) ORDER BY id

SELECT id FROM orders WHERE total > ANY (SELECT price FROM products) AND total >= ALL (SELECT price FROM products WHERE category = 'office') ORDER BY id

SELECT name FROM customers WHERE name COLLATE utf8mb4_bin = 'bea' OR name LIKE BINARY 'A%' ORDER BY name

SELECT name FROM products WHERE name LIKE '%\_%' OR name LIKE 'P|_n' ESCAPE '|' OR name LIKE 'L%' ORDER BY name

SELECT SQL_NO_CACHE id FROM orders FORCE INDEX (PRIMARY) ORDER BY id

SELECT id FROM orders USE INDEX (PRIMARY) WHERE id > 1 ORDER BY id LIMIT 1, 2

SELECT STRAIGHT_JOIN o.id FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY o.id

SELECT DISTINCTROW status FROM orders ORDER BY status

SELECT id FROM orders # the key
ORDER BY id -- behind

SELECT COUNT(IF(status = 'paid', 1, NULL)) AS paid, COUNT(NULLIF(status = 'paid', 0)) AS again, SUM(IF(total > 50, 1, 0)) AS big FROM orders

SELECT MAX(ordered_at) > CURRENT_DATE - INTERVAL 100 YEAR, NOW() > '2000-01-01', CURRENT_TIMESTAMP() > '2000-01-01', CURDATE() >= DATE('2000-01-01') FROM orders

SELECT MAKEDATE(YEAR(ordered_at), 1) AS year_start, DATE_FORMAT(ordered_at, '%Y-%m-01') AS month_start, ordered_at - INTERVAL DAYOFMONTH(ordered_at) - 1 DAY AS first_moment FROM orders ORDER BY id

SELECT DATE_FORMAT(ordered_at, '%x%v') AS week, WEEK(ordered_at, 3), WEEKDAY(ordered_at) < 5 AS workday FROM orders ORDER BY id

SELECT x.id FROM (SELECT id FROM orders UNION SELECT id FROM products UNION ALL SELECT 99) x ORDER BY x.id

(SELECT 'max' AS k, MAX(total) AS v FROM orders) UNION (SELECT 'min', MIN(total) FROM orders) ORDER BY v DESC

SELECT id, total FROM orders WHERE ordered_at >= LAST_DAY('2024-01-15') + INTERVAL 1 DAY - INTERVAL 1 MONTH ORDER BY id

SELECT VALUES_OF.status FROM (SELECT status FROM orders) VALUES_OF GROUP BY VALUES_OF.status ORDER BY 1

SELECT CHAR(77, 121), CHAR(0xE4 USING latin1), ORD('A'), ASCII('b'), ELT(2, 'x', 'y'), FIELD('b', 'a', 'b'), MAKE_SET(5, 'a', 'b', 'c'), EXPORT_SET(5, 'Y', 'N', ',', 4)

SELECT PERIOD_ADD(202401, 3), PERIOD_DIFF(202404, 202401), DATEDIFF('2024-03-01', '2024-02-01'), TO_DAYS('2024-01-01'), DAYNAME('2024-01-01')

SELECT MEDIAN(total) OVER (PARTITION BY customer_id) AS mid, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY total) OVER (PARTITION BY customer_id) AS half FROM orders ORDER BY id

SELECT id FROM orders INTERSECT SELECT customer_id FROM orders ORDER BY id

SELECT NVL(note, '-'), NVL2(note, 'y', 'n'), GREATEST(id, 3), LEAST(total, 50), COALESCE(note, status) FROM orders ORDER BY id

SELECT GET_FORMAT(DATE, 'EUR'), TIMESTAMPADD(WEEK, 1, '2024-01-01'), TIMESTAMPDIFF(MICROSECOND, '2024-01-01', '2024-01-01 00:00:01')

SELECT 0x10 + 0, X'10' + 0, HEX(0xFF), 0x41 = 'A', b'1000' + 0

SELECT LEFT('abc', -1), RIGHT('abc', 0), SUBSTRING('abc', 0), SUBSTRING('abcdef', -4, 2), SUBSTRING_INDEX('a.b.c', '.', 2), LPAD('abc', 2, 'x'), REPEAT('a', -1)

SELECT 1 + '2', '3' * '4', 'a' + 1, 5 / 0, 5 % 0, 10 DIV 0, -7 DIV 2, -7 % 3

SELECT 'a' || 'b', 1 || 0, 1 && 0, NOT 1, !1 + 1, 3 = 3 = 1

SELECT CASE WHEN 'abc' LIKE 'ABC' THEN 1 ELSE 0 END, 'abc' = 'ABC', BINARY 'abc' = 'ABC', 'a ' = 'a'

SELECT STRCMP('a', 'A'), IF(1 < 2, IF(1 = 1, 'x', 'y'), 'z')

SELECT NOW() = NOW(), CURRENT_DATE = CURDATE(), LOCALTIME() = NOW(), UTC_DATE() <= CURDATE() + INTERVAL 1 DAY

SELECT MAX(DISTINCT total), SUM(DISTINCT customer_id), COUNT(ALL id), AVG(DISTINCT customer_id) FROM orders

SELECT DATE '2024-01-01' + INTERVAL 1 DAY, TIMESTAMP '2024-01-01 10:00:00', TIME '10:00:00', TIMESTAMP('2024-01-01', '12:00:00')

SELECT GROUP_CONCAT(name, '-', id ORDER BY id SEPARATOR ''), GROUP_CONCAT(id) FROM customers

SELECT o.status, o.id FROM orders AS o NATURAL JOIN (SELECT id FROM products) p ORDER BY o.id

SELECT id FROM orders WHERE note REGEXP 'gift|late' = 1 ORDER BY id

SELECT LOG(2), LOG(10, 100), LN(1), LOG10(10), LOG2(2), EXP(1), DEGREES(PI()), RADIANS(180), ATAN2(1, 1), COT(1)

SELECT CONVERT(total, CHAR(4)), CONVERT('2024-01-02 03:04:05', DATETIME), CONVERT('7', SIGNED), CONVERT('1.55', DECIMAL(3, 1)), CAST('a' AS BINARY(2)) FROM orders WHERE id = 1

SELECT TRIM('  a '), TRIM('x' FROM 'xxax'), LTRIM('  a'), RTRIM('a  '), LENGTH('ä'), CHAR_LENGTH('ä'), REVERSE('abc'), FIND_IN_SET('c', 'a,b,c')

SELECT JSON_ARRAYAGG(name), JSON_OBJECTAGG(id, name) FROM (SELECT id, name FROM customers WHERE id < 3 ORDER BY id) t

SELECT CURRENT_TIMESTAMP(3) IS NOT NULL, NOW(6) IS NOT NULL, SYSDATE() IS NOT NULL, UTC_TIMESTAMP(3) IS NOT NULL, UUID() IS NOT NULL, RAND(3) < 1

SELECT 5--1 AS six, 4 - -1, 3 - 1 --	tab begins a comment too
, 9

SELECT 1 /* a /* b */ AS one, 2 # c
AS two

SELECT 'a\'b', 'c''d', "e\"f", 'g\\', 'h\nb', 'i\%j', 'k\_l', '\Z', '\x', 'new
line'

SELECT id FROM orders WHERE note LIKE 'it\'s%' OR note LIKE 'g\ift' ORDER BY id
