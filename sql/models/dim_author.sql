-- Dimension: who writes, edits, translates and draws.
-- key: author_id
-- reads store_authors: author_id
SELECT a.author_id, a.name, a.born_on, a.country
FROM store_authors a
WHERE TRUE /* keys: a.author_id */
