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
