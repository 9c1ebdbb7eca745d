-- What the examples look up. Repeating it is safe: the table is made when it is not there, and its rows are put in again.
CREATE TABLE IF NOT EXISTS ref_places (country CHAR(2) NOT NULL, prefix VARCHAR(2) NOT NULL, place VARCHAR(20) NULL, euro BOOLEAN NOT NULL, PRIMARY KEY (country, prefix));
DELETE FROM ref_places;
INSERT INTO ref_places VALUES ('FR', '75', 'Paris', TRUE), ('GB', 'SW', 'London', FALSE), ('AQ', '00', NULL, FALSE);
