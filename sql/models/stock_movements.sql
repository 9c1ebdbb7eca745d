-- What moved a book's stock on a day (UTC, of the commit). What a snapshot found is the opening of its day.
-- key: book_id, day
-- reads stock_delivered: book_id, day
-- reads stock_sold: book_id, day
SELECT m.book_id, m.day, SUM(m.opening) AS opening, SUM(m.delivered) AS delivered, SUM(m.sold) AS sold, SUM(m.returned) AS returned
FROM (
    SELECT d.book_id, d.day, d.delivered_before AS opening, d.delivered, 0 AS sold, 0 AS returned
    FROM stock_delivered d
    WHERE TRUE /* keys: d.book_id, d.day */
    UNION ALL
    SELECT s.book_id, s.day, s.returned_before - s.sold_before AS opening, 0 AS delivered, s.sold, s.returned
    FROM stock_sold s
    WHERE TRUE /* keys: s.book_id, s.day */
) m
GROUP BY m.book_id, m.day
