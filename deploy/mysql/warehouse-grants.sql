-- The warehouse's database and what Bactrian needs there: it makes tables, and views of sums.
-- Run once, by the container, after it has made the user. Repeating it is safe.
CREATE DATABASE IF NOT EXISTS warehouse CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, CREATE VIEW, SHOW VIEW ON warehouse.* TO 'bactrian'@'%';
