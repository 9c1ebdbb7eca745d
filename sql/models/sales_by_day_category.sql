-- Aggregate: sales by day and category.
-- key: day, category
-- reads sales_by_day_book: day, category
SELECT s.day, s.category, SUM(s.items) AS items, SUM(s.copies) AS copies, SUM(s.amount) AS amount,
       SUM(s.copies_returned) AS copies_returned, SUM(s.amount_returned) AS amount_returned
FROM sales_by_day_book s
WHERE s.category IS NOT NULL /* keys: s.day, s.category */
GROUP BY s.day, s.category
