SELECT 1

SELECT count(*) FROM orders

select count(*) as n, sum(total) as revenue from orders where status = 'paid'

SELECT * FROM customers ORDER BY id LIMIT 5

SELECT c.name, SUM(o.total) AS spent FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.name ORDER BY spent DESC, c.name LIMIT 10

SELECT c.name, COUNT(o.id) AS n FROM customers AS c LEFT JOIN orders AS o ON o.customer_id = c.id GROUP BY c.id, c.name HAVING COUNT(o.id) > 0 ORDER BY n DESC, c.name

WITH per_customer AS (SELECT customer_id, SUM(total) AS spent FROM orders GROUP BY customer_id) SELECT AVG(spent) FROM per_customer

WITH a AS (SELECT id, total FROM orders), b AS (SELECT id, total * 2 AS double_total FROM a WHERE total > 10) SELECT a.id, b.double_total FROM a JOIN b ON a.id = b.id ORDER BY a.id

WITH paid AS (SELECT id, total FROM orders WHERE status = 'paid') SELECT COUNT(*) FROM paid

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT SUM(i) FROM n

WITH RECURSIVE chain AS (SELECT id, name, manager_id, 0 AS depth FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.name, e.manager_id, chain.depth + 1 FROM employees e JOIN chain ON e.manager_id = chain.id) SELECT name, depth FROM chain ORDER BY depth, name

SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE total > 50) ORDER BY name

SELECT name FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.status = 'paid') ORDER BY name

SELECT name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) ORDER BY name

SELECT name, (SELECT MAX(total) FROM orders o WHERE o.customer_id = customers.id) AS best FROM customers ORDER BY name

SELECT name FROM customers UNION SELECT name FROM employees ORDER BY name

SELECT status, total FROM orders UNION ALL SELECT name, price FROM products ORDER BY 2, 1 LIMIT 7

SELECT customer_id FROM orders INTERSECT SELECT id FROM customers ORDER BY 1

SELECT id FROM customers EXCEPT SELECT customer_id FROM orders ORDER BY 1

SELECT category, CASE WHEN AVG(price) > 20 THEN 'dear' WHEN AVG(price) > 10 THEN 'fair' ELSE 'cheap' END AS class FROM products GROUP BY category ORDER BY category

SELECT COALESCE(note, 'none') AS note, NULLIF(status, 'open') AS s FROM orders ORDER BY id

SELECT id, total, RANK() OVER (PARTITION BY customer_id ORDER BY total DESC) AS place FROM orders ORDER BY id

SELECT id, SUM(total) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running FROM orders ORDER BY id

SELECT id, LAG(total, 1) OVER w AS earlier, LEAD(total) OVER w AS after_it FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY id) ORDER BY id

SELECT * FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY status ORDER BY total DESC, id) AS rn FROM orders) AS ranked WHERE rn = 1 ORDER BY id

SELECT UPPER(name), LOWER(email), LENGTH(name), TRIM(name), REPLACE(name, 'a', 'b'), SUBSTR(name, 1, 3) FROM customers ORDER BY id

SELECT ROUND(total, 1), ABS(total), FLOOR(total), CEIL(total) FROM orders ORDER BY id

SELECT CAST(total AS INTEGER) AS whole, CAST(id AS CHAR(10)) AS word FROM orders ORDER BY id

SELECT DISTINCT status FROM orders ORDER BY status

SELECT COUNT(DISTINCT customer_id) FROM orders

SELECT o.id, p.name, i.quantity * i.unit_price AS amount FROM orders o JOIN order_items i ON i.order_id = o.id JOIN products p ON p.id = i.product_id ORDER BY o.id, p.name, i.id

SELECT o.id, c.name FROM orders o, customers c WHERE o.customer_id = c.id ORDER BY o.id

SELECT a.name, b.name AS boss FROM employees a LEFT JOIN employees b ON a.manager_id = b.id ORDER BY a.id

SELECT co.name, COUNT(*) FROM customers cu INNER JOIN countries co ON cu.country_id = co.id WHERE co.code <> 'XX' GROUP BY co.name ORDER BY 2 DESC, 1

SELECT name FROM customers WHERE name LIKE 'A%' OR name LIKE '%e%' ORDER BY name

SELECT id FROM orders WHERE total BETWEEN 10 AND 100 AND status NOT IN ('open', 'lost') AND note IS NULL ORDER BY id

-- a question with a comment in front
SELECT id /* the key */ FROM orders -- and behind
ORDER BY id

SELECT id FROM orders WHERE note = 'it''s; DROP TABLE orders; -- not a comment' ORDER BY id

SELECT id FROM orders ORDER BY total DESC, id LIMIT 3 OFFSET 2

SELECT status, COUNT(*) AS n FROM orders GROUP BY 1 ORDER BY n DESC, status;

SELECT SUM(CASE WHEN status = 'paid' THEN 1 ELSE 0 END) * 100.0 / COUNT(*) AS percent_paid FROM orders

SELECT (SELECT COUNT(*) FROM orders) AS orders, (SELECT COUNT(*) FROM customers) AS customers

SELECT t.m, t.n FROM (SELECT MAX(total) AS m, MIN(total) AS n FROM orders) t

SELECT c.id FROM customers c CROSS JOIN countries co WHERE co.code = 'DE' ORDER BY c.id

SELECT id, -total AS negative, total % 7 AS rest, (total + 1) / 2 AS half FROM orders ORDER BY id

SELECT name FROM customers WHERE (country_id, id) IN (SELECT country_id, id FROM customers WHERE id < 3) ORDER BY name

WITH by_month AS (SELECT customer_id, COUNT(*) AS n FROM orders GROUP BY customer_id), top AS (SELECT customer_id FROM by_month WHERE n = (SELECT MAX(n) FROM by_month)) SELECT c.name FROM customers c JOIN top t ON t.customer_id = c.id

SELECT p.category, SUM(i.quantity * i.unit_price) AS revenue FROM order_items i JOIN products p ON p.id = i.product_id GROUP BY p.category HAVING SUM(i.quantity * i.unit_price) > 1 ORDER BY revenue DESC

SELECT status, total, total - AVG(total) OVER (PARTITION BY status) AS above FROM orders ORDER BY id

SELECT status, COUNT(*) AS n FROM orders GROUP BY status HAVING COUNT(*) > 1 UNION ALL SELECT 'all', COUNT(*) FROM orders
