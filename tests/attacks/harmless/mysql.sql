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
