-- Bridge between dim_book and dim_author: a book has several authors, an author several books. Sums over authors multiply by
-- weight, which is one divided by the book's number of authors, and so come out right.
-- key: book_id, author_id
-- index: author_id
-- reads store_book_authors: book_id, author_id
-- reads store_book_authors: select book_id, author_id from store_book_authors where book_id in (:book_id)
SELECT w.book_id, w.author_id, w.position, w.role, CAST(1.000000 / COUNT(*) OVER (PARTITION BY w.book_id) AS DECIMAL(7, 6)) AS weight
FROM store_book_authors w
WHERE TRUE /* keys: w.book_id */
