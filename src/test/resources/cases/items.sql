CREATE DATABASE store;

CREATE TABLE store.items (
    id     INT            NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name   VARCHAR(20)    NULL,
    price  DECIMAL(10, 2) NULL,
    photo  VARBINARY(8)   NULL
);
CREATE TABLE store.visits (
    page  VARCHAR(20) NOT NULL,
    hour  TIMESTAMP   NOT NULL DEFAULT CURRENT_TIMESTAMP
);
