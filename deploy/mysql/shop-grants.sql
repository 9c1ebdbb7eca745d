-- What Bactrian needs of a source: to read its tables for the snapshot and its binary log from then on.
-- Run once, by the container, after it has made the user. Repeating it is safe.
GRANT SELECT, RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT, LOCK TABLES ON *.* TO 'bactrian'@'%';
