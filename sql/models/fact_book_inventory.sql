-- Periodic snapshot: one row per book and day from the first movement on, today's among them: what moved on the day and the
-- copies in stock at its end. A day on which nothing moved has its row too.
-- key: day, book_id
-- index: book_id, day
-- reads stock_movements: select c.day, m.book_id from stock_movements m join bactrian_calendar c on c.begun = 1 and c.day >= m.day
--   where (m.book_id, m.day) in (:book_id, :day)
-- reads bactrian_calendar: select c.day, b.book_id from bactrian_calendar c cross join (select distinct book_id from stock_movements) b
--   where c.day in (:day)
SELECT c.day, m.book_id,
       CASE WHEN c.day = m.day THEN m.opening ELSE 0 END AS opening,
       CASE WHEN c.day = m.day THEN m.delivered ELSE 0 END AS delivered,
       CASE WHEN c.day = m.day THEN m.sold ELSE 0 END AS sold,
       CASE WHEN c.day = m.day THEN m.returned ELSE 0 END AS returned,
       m.stock
FROM (
    SELECT s.book_id, s.day, s.opening, s.delivered, s.sold, s.returned,
           SUM(s.opening + s.delivered - s.sold + s.returned) OVER (PARTITION BY s.book_id ORDER BY s.day) AS stock,
           LEAD(s.day) OVER (PARTITION BY s.book_id ORDER BY s.day) AS next_day
    FROM stock_movements s
    WHERE TRUE /* keys: s.book_id */
) m
JOIN bactrian_calendar c ON c.begun = 1 AND c.day >= m.day AND (m.next_day IS NULL OR c.day < m.next_day)
WHERE TRUE /* keys: c.day */
