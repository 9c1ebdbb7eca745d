-- Sales of a book on a day, with the book's category of today; what sales_by_day_category adds up.
-- key: day, book_id
-- index: book_id
-- index: day, category
-- reads fact_item_sale: sold_on, book_id
-- reads dim_book: select sold_on, book_id from fact_item_sale where sold_on is not null and book_id in (:book_id)
SELECT f.sold_on AS day, f.book_id, b.category, COUNT(*) AS items, SUM(f.copies) AS copies, SUM(f.amount) AS amount,
       SUM(f.copies_returned) AS copies_returned, SUM(f.amount_returned) AS amount_returned
FROM fact_item_sale f
LEFT JOIN dim_book b ON b.book_id = f.book_id
WHERE f.sold_on IS NOT NULL /* keys: f.sold_on as day, f.book_id */
GROUP BY f.sold_on, f.book_id, b.category
