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

SELECT 'it''s', '', '100%', 'a_b', '%(name)s', 'x:y', '{}', '-- no comment', '/* nor this */'

SELECT status FROM orders WHERE note LIKE '%''%' ORDER BY id

SELECT COUNT(*) AS n, COUNT(note) AS noted, COUNT(*) - COUNT(note) AS without_note FROM orders

SELECT o.status, c.name, COUNT(*) AS n FROM orders AS o INNER JOIN customers AS c ON c.id = o.customer_id GROUP BY o.status, c.name ORDER BY o.status, c.name

SELECT name, CASE WHEN salary >= 5000 THEN 'senior' WHEN salary IS NULL THEN 'unknown' ELSE 'junior' END AS level FROM employees ORDER BY name

SELECT CASE category WHEN 'home' THEN 1 WHEN 'office' THEN 2 END AS place, name FROM products ORDER BY name

SELECT SUM(CASE WHEN status = 'paid' THEN total ELSE 0 END) AS paid, SUM(CASE WHEN status = 'open' THEN total ELSE 0 END) AS open_total, SUM(CASE WHEN status NOT IN ('paid', 'open') THEN total ELSE 0 END) AS other FROM orders

SELECT customer_id, MAX(CASE WHEN status = 'paid' THEN total END) AS best_paid, MAX(CASE WHEN status = 'open' THEN total END) AS best_open FROM orders GROUP BY customer_id ORDER BY customer_id

WITH totals AS (SELECT customer_id, SUM(total) AS spent FROM orders GROUP BY customer_id), ranked AS (SELECT customer_id, spent, DENSE_RANK() OVER (ORDER BY spent DESC) AS place FROM totals) SELECT c.name, r.spent, r.place FROM ranked r JOIN customers c ON c.id = r.customer_id WHERE r.place <= 2 ORDER BY r.place

SELECT id, total, total - LAG(total) OVER (PARTITION BY customer_id ORDER BY id) AS change_since FROM orders ORDER BY id

SELECT id, COUNT(*) OVER (PARTITION BY status) AS peers, MIN(total) OVER (PARTITION BY customer_id) AS least FROM orders ORDER BY id

SELECT id, FIRST_VALUE(status) OVER (PARTITION BY customer_id ORDER BY id) AS first_status, LAST_VALUE(status) OVER (PARTITION BY customer_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_status FROM orders ORDER BY id

SELECT id, AVG(total) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS smooth FROM orders ORDER BY id

SELECT id, NTILE(3) OVER (ORDER BY total, id) AS bucket, PERCENT_RANK() OVER (ORDER BY total) AS share FROM orders ORDER BY id

SELECT a.id, COUNT(b.id) AS smaller FROM orders a LEFT JOIN orders b ON b.total < a.total GROUP BY a.id ORDER BY a.id

SELECT p.name FROM products p LEFT JOIN order_items i ON i.product_id = p.id WHERE i.id IS NULL OR i.quantity > 3 ORDER BY p.name

SELECT c.name, co.name, o.id FROM countries co JOIN customers c ON c.country_id = co.id LEFT JOIN orders o ON o.customer_id = c.id AND o.status = 'paid' ORDER BY c.name, o.id

SELECT e.name, m.name AS manager, g.name AS above FROM employees e LEFT JOIN employees m ON m.id = e.manager_id LEFT JOIN employees g ON g.id = m.manager_id ORDER BY e.id

SELECT name FROM customers WHERE (SELECT COUNT(*) FROM orders WHERE orders.customer_id = customers.id) >= 2 ORDER BY name

SELECT o.id FROM orders o WHERE o.total > (SELECT AVG(i.total) FROM orders i WHERE i.customer_id = o.customer_id) ORDER BY o.id

SELECT name FROM products WHERE price = (SELECT MAX(price) FROM products)

SELECT c.name FROM customers c WHERE c.id NOT IN (SELECT o.customer_id FROM orders o WHERE o.status = 'lost') ORDER BY c.name

SELECT x.status, x.n FROM (SELECT status, COUNT(*) AS n FROM orders GROUP BY status HAVING COUNT(*) >= 1) AS x WHERE x.n < 3 ORDER BY x.status

SELECT a.n, b.n FROM (SELECT COUNT(*) AS n FROM orders) a CROSS JOIN (SELECT COUNT(*) AS n FROM customers) b

SELECT 'customers' AS what, COUNT(*) AS n FROM customers UNION ALL SELECT 'orders', COUNT(*) FROM orders UNION ALL SELECT 'products', COUNT(*) FROM products ORDER BY what

SELECT id FROM customers UNION SELECT id FROM products UNION SELECT id FROM countries ORDER BY id DESC

SELECT name FROM (SELECT name FROM customers UNION SELECT name FROM products) AS everything WHERE name <> 'Pen' ORDER BY name

SELECT COUNT(*) FROM (SELECT customer_id FROM orders EXCEPT SELECT id FROM customers WHERE id > 2) AS rest

SELECT id, name FROM customers WHERE id = 1 OR (id > 2 AND NOT (name = 'Dan' OR name IS NULL)) ORDER BY id

SELECT id FROM orders WHERE total >= 9.75 AND total <= 60 AND status <> 'lost' ORDER BY total, id

SELECT id FROM orders WHERE customer_id IN (1, 2, 3) AND id NOT IN (2) AND status IN ('paid') ORDER BY id

SELECT id FROM orders WHERE note IS NOT NULL AND note <> '' ORDER BY id

SELECT id, COALESCE(note, status, 'none') AS said, NULLIF(note, 'gift') AS other FROM orders ORDER BY id

SELECT LOWER(TRIM('  Mixed Case  ')), UPPER('abc'), REPLACE('a-b-c', '-', '+'), LENGTH('four')

SELECT name, SUBSTR(email, 1, 3) AS start_of FROM customers WHERE LOWER(name) LIKE '%a%' ORDER BY LOWER(name)

SELECT ROUND(AVG(total), 2) AS mean, MIN(total) AS lowest, MAX(total) AS highest, SUM(total) AS total FROM orders

SELECT ABS(-3), ROUND(2.567, 1), 7 % 3, 2 * (3 + 4), -(-5), +6, 1.5e2

SELECT total * 1.19 AS gross, total - total * 0.1 AS rebated, (total + 5) * 2 AS doubled FROM orders ORDER BY id

SELECT 1 = 1, 1 <> 2, 2 >= 1, NOT 1 = 2, NULL IS NULL, 3 BETWEEN 1 AND 5, 'a' < 'b'

SELECT DISTINCT customer_id, status FROM orders ORDER BY customer_id, status

SELECT COUNT(DISTINCT status) AS kinds, COUNT(DISTINCT customer_id) AS buyers FROM orders WHERE total > 10

SELECT category, COUNT(*) AS n, AVG(price) AS mean FROM products GROUP BY category HAVING AVG(price) > 5 AND COUNT(*) > 0 ORDER BY category DESC

SELECT customer_id AS "Customer", COUNT(*) AS "Number of orders" FROM orders GROUP BY customer_id ORDER BY customer_id

SELECT orders.id, orders.total AS amount FROM orders ORDER BY amount DESC, orders.id LIMIT 4

SELECT o.*, c.name FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY o.id

SELECT co.*, 1 AS one FROM countries co WHERE co.code IN ('DE', 'FR') ORDER BY co.id

SELECT id FROM orders ORDER BY CASE status WHEN 'open' THEN 0 WHEN 'paid' THEN 1 ELSE 2 END, id DESC

SELECT id, (SELECT name FROM customers WHERE customers.id = orders.customer_id) AS buyer FROM orders ORDER BY id LIMIT 3

SELECT status AS s, COUNT(*) AS n FROM orders GROUP BY status ORDER BY n DESC, s LIMIT 1 OFFSET 1

WITH RECURSIVE days(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM days WHERE n < 6) SELECT d.n, COUNT(o.id) AS orders FROM days d LEFT JOIN orders o ON o.id = d.n GROUP BY d.n ORDER BY d.n

WITH RECURSIVE fib(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM fib WHERE b < 50) SELECT a FROM fib ORDER BY a

WITH RECURSIVE under(id, name, depth) AS (SELECT id, name, 0 FROM employees WHERE name = 'Eve' UNION ALL SELECT e.id, e.name, u.depth + 1 FROM employees e JOIN under u ON e.manager_id = u.id) SELECT name, depth FROM under WHERE depth > 0 ORDER BY depth

WITH x AS (SELECT 1 AS a), y AS (SELECT a + 1 AS b FROM x), z AS (SELECT a, b FROM x, y) SELECT a, b, a + b AS c FROM z

WITH paid AS (SELECT * FROM orders WHERE status = 'paid') SELECT c.name, p.total FROM paid p JOIN customers c ON c.id = p.customer_id UNION ALL SELECT 'all', SUM(total) FROM paid ORDER BY 2, 1

SELECT * FROM orders WHERE EXISTS (SELECT * FROM order_items i WHERE i.order_id = orders.id AND i.quantity > 1) ORDER BY id

SELECT i.order_id, SUM(i.quantity) AS pieces, SUM(i.quantity * i.unit_price) / SUM(i.quantity) AS mean_price FROM order_items i GROUP BY i.order_id HAVING SUM(i.quantity) > 0 ORDER BY pieces DESC, i.order_id

SELECT 100.0 * SUM(total) / (SELECT SUM(total) FROM orders) AS share FROM orders WHERE status = 'paid'

SELECT MAX(total) - MIN(total) AS spread, MAX(id) AS last_id FROM orders WHERE status = 'paid' AND customer_id = 1

SELECT s.status, s.total, s.total / t.whole AS share FROM (SELECT status, SUM(total) AS total FROM orders GROUP BY status) s JOIN (SELECT SUM(total) AS whole FROM orders) t ON 1 = 1 ORDER BY s.status

SELECT c.name, x.id FROM customers AS c LEFT JOIN ((SELECT id, customer_id FROM orders WHERE status = 'paid') AS x JOIN order_items AS i ON i.order_id = x.id) ON x.customer_id = c.id ORDER BY c.id, i.id
