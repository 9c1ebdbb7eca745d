-- Dimension: what is sold. All of a book's authors are behind bridge_book_author.
-- key: book_id
-- index: category
-- reads store_books: book_id
-- reads store_book_authors: book_id
-- reads store_authors: select book_id from store_book_authors where author_id in (:author_id)
-- index on store_book_authors: author_id
SELECT b.book_id, b.isbn, b.title, b.category, b.price AS list_price, b.published_on, b.weight_grams, b.in_print,
       a.name AS first_author, COALESCE(n.authors, 0) AS authors
FROM store_books b
LEFT JOIN store_book_authors f ON f.book_id = b.book_id AND f.position = 1
LEFT JOIN store_authors a ON a.author_id = f.author_id
LEFT JOIN (
    SELECT w.book_id, COUNT(*) AS authors
    FROM store_book_authors w
    WHERE TRUE /* keys: w.book_id */
    GROUP BY w.book_id
) n ON n.book_id = b.book_id
WHERE TRUE /* keys: b.book_id */
