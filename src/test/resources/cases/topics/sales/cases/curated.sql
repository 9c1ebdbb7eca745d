CREATE DATABASE curated;
CREATE TABLE curated.customers (id INT PRIMARY KEY, name VARCHAR(40));
