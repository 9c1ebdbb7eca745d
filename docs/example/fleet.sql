-- A fleet of vehicles and its workshop, 30 tables in two databases: the example of docs/getting-started.md. For an empty server.
CREATE DATABASE fleet CHARACTER SET utf8mb4;
CREATE DATABASE workshop CHARACTER SET utf8mb4;
USE fleet;

CREATE TABLE depots (depot_id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, name VARCHAR(80) NOT NULL, opened DATE, position POINT, notes TEXT);
CREATE TABLE vehicle_types (code CHAR(4) PRIMARY KEY, label VARCHAR(60) NOT NULL, seats TINYINT UNSIGNED, fuel ENUM('diesel', 'petrol', 'electric', 'hybrid, plug-in') NOT NULL);
CREATE TABLE Vehicles (vehicle_id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, plate VARCHAR(12) NOT NULL UNIQUE, type_code CHAR(4) NOT NULL, depot_id INT UNSIGNED, bought DATE,
  price DECIMAL(12,2), odometer_km MEDIUMINT UNSIGNED NOT NULL DEFAULT 0, price_per_km DECIMAL(14,6) GENERATED ALWAYS AS (price / nullif(odometer_km, 0)) VIRTUAL,
  label VARCHAR(40) GENERATED ALWAYS AS (concat(plate, '/', type_code)) STORED, active BOOLEAN NOT NULL DEFAULT TRUE,
  FOREIGN KEY (type_code) REFERENCES vehicle_types (code), FOREIGN KEY (depot_id) REFERENCES depots (depot_id));
CREATE TABLE drivers (driver_id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(100) NOT NULL, email VARCHAR(200), phone VARCHAR(30), date_of_birth DATE, hired_at TIMESTAMP(3) NULL, photo MEDIUMBLOB);
CREATE TABLE driver_licences (driver_id INT NOT NULL, class VARCHAR(3) NOT NULL, licence_number VARCHAR(20) NOT NULL, valid_until DATE, PRIMARY KEY (driver_id, class));
CREATE TABLE assignments (vehicle_id BIGINT UNSIGNED NOT NULL, driver_id INT NOT NULL, since DATETIME(6) NOT NULL, until DATETIME(6), PRIMARY KEY (vehicle_id, driver_id, since));
CREATE TABLE routes (route_id SMALLINT PRIMARY KEY, `from` VARCHAR(60) NOT NULL, `to` VARCHAR(60) NOT NULL, stops JSON, length_km DOUBLE);
CREATE TABLE `order` (`key` INT PRIMARY KEY, `group` VARCHAR(20), `select` INT, `when` TIME, `desc` TEXT);
CREATE TABLE trips (trip_id BIGINT PRIMARY KEY AUTO_INCREMENT, vehicle_id BIGINT UNSIGNED NOT NULL, route_id SMALLINT NOT NULL, started_at DATETIME(3) NOT NULL, ended_at DATETIME(3), delay TIME(3), load_kg FLOAT,
  status ENUM('planned', 'under way', 'done') NOT NULL DEFAULT 'planned', KEY (vehicle_id));
CREATE TABLE trip_stops (trip_id BIGINT NOT NULL, seq TINYINT UNSIGNED NOT NULL, stop VARCHAR(60) NOT NULL, arrived_at TIMESTAMP(6) NULL, PRIMARY KEY (trip_id, seq));
CREATE TABLE positions (vehicle_id BIGINT UNSIGNED NOT NULL, at TIMESTAMP(3) NOT NULL, lat DECIMAL(9,6) NOT NULL, lon DECIMAL(9,6) NOT NULL, speed SMALLINT, PRIMARY KEY (vehicle_id, at));
CREATE TABLE gps_raw (vehicle_id BIGINT UNSIGNED, at DATETIME, line VARCHAR(200)) COMMENT 'as the box sends it; no key';
CREATE TABLE fuel_cards (card CHAR(16) PRIMARY KEY, vehicle_id BIGINT UNSIGNED, pin_hash BINARY(32), blocked BIT(1) NOT NULL DEFAULT b'0');
CREATE TABLE fuel_stops (fuel_stop_id INT PRIMARY KEY AUTO_INCREMENT, card CHAR(16) NOT NULL, litres DECIMAL(6,2) NOT NULL, amount DECIMAL(8,2) NOT NULL, currency CHAR(3) NOT NULL, at TIMESTAMP NOT NULL);
CREATE TABLE tolls (vehicle_id BIGINT UNSIGNED NOT NULL, gate VARCHAR(20) NOT NULL, at DATETIME NOT NULL, amount DECIMAL(7,2) NOT NULL, PRIMARY KEY (gate, at, vehicle_id));
CREATE TABLE fines (fine_id VARCHAR(20) CHARACTER SET latin1 PRIMARY KEY, vehicle_id BIGINT UNSIGNED, driver_id INT, amount DECIMAL(7,2), paid SET('cash', 'card', 'transfer'), text TEXT CHARACTER SET latin1);
CREATE TABLE insurances (vehicle_id BIGINT UNSIGNED PRIMARY KEY, insurer VARCHAR(60), policy VARCHAR(40), year YEAR, documents JSON);
CREATE TABLE audit (happened TIMESTAMP(6) NULL, who VARCHAR(40), what LONGTEXT) COMMENT 'no key';
CREATE TABLE settings (name VARCHAR(64) COLLATE utf8mb4_bin PRIMARY KEY, value VARCHAR(255));
CREATE TABLE telemetry (id BINARY(16) PRIMARY KEY, payload VARBINARY(500), flags BIT(12), reading DOUBLE, counter BIGINT UNSIGNED);

USE workshop;
CREATE TABLE mechanics (mechanic_id INT PRIMARY KEY AUTO_INCREMENT, first_name VARCHAR(40), last_name VARCHAR(40), iban VARCHAR(34));
CREATE TABLE jobs (job_id INT PRIMARY KEY AUTO_INCREMENT, plate VARCHAR(12) NOT NULL, opened_at DATETIME NOT NULL, closed_at DATETIME, estimate DECIMAL(9,2), state ENUM('open', 'waiting', 'closed') NOT NULL DEFAULT 'open');
CREATE TABLE job_lines (job_id INT NOT NULL, line SMALLINT NOT NULL, part_no VARCHAR(30), hours DECIMAL(5,2), price DECIMAL(9,2), PRIMARY KEY (job_id, line));
CREATE TABLE parts (part_no VARCHAR(30) PRIMARY KEY, label VARCHAR(120), price DECIMAL(9,2), data JSON);
CREATE TABLE stock (part_no VARCHAR(30) NOT NULL, shelf VARCHAR(10) NOT NULL, pieces INT NOT NULL, PRIMARY KEY (shelf, part_no));
CREATE TABLE suppliers (supplier_id INT PRIMARY KEY, name VARCHAR(80), email VARCHAR(100), address VARCHAR(200));
CREATE TABLE supplier_parts (supplier_id INT NOT NULL, part_no VARCHAR(30) NOT NULL, price DECIMAL(9,2), PRIMARY KEY (supplier_id, part_no));
CREATE TABLE settings (name VARCHAR(64) PRIMARY KEY, value VARCHAR(255));
CREATE TABLE `Tyre-Sets` (`Set No` INT PRIMARY KEY, plate VARCHAR(12), season ENUM('summer', 'winter'), tread_mm DECIMAL(3,1));
CREATE TABLE empty_for_now (id INT PRIMARY KEY, thing GEOMETRY);

INSERT INTO fleet.depots (name, opened, position, notes) VALUES ('Nord', '1999-05-01', ST_GeomFromText('POINT(53.5 9.9)'), 'the oldest'), ('Süd', NULL, NULL, NULL), ('東', '2024-02-29', NULL, 'new');
INSERT INTO fleet.vehicle_types VALUES ('VAN', 'Delivery van', 3, 'diesel'), ('EVAN', 'Electric van', 2, 'electric'), ('HYB', 'Plug-in', 5, 'hybrid, plug-in');
SET SESSION cte_max_recursion_depth = 10000;
INSERT INTO fleet.Vehicles (plate, type_code, depot_id, bought, price, odometer_km, active)
  WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300)
  SELECT concat('HH-', i), elt(1 + i % 3, 'VAN', 'EVAN', 'HYB'), 1 + i % 3, date_add('2015-01-01', INTERVAL i * 11 DAY), 20000 + i * 13.37, i * 977 % 300000, i % 17 <> 0 FROM n;
INSERT INTO fleet.drivers (name, email, phone, date_of_birth, hired_at, photo)
  WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 200)
  SELECT concat('Driver ', i), IF(i % 5 = 0, NULL, concat('driver', i, '@example.org')), concat('+49 40 ', i), date_add('1960-01-01', INTERVAL i * 53 DAY), date_add('2010-01-01 00:00:00.123', INTERVAL i HOUR), repeat(unhex('00FF7F0A'), i) FROM n;
INSERT INTO fleet.driver_licences SELECT driver_id, elt(1 + driver_id % 3, 'B', 'C', 'CE'), concat('L', driver_id * 7919), '2030-12-31' FROM fleet.drivers;
INSERT INTO fleet.assignments SELECT v.vehicle_id, 1 + v.vehicle_id % 200, '2026-01-01 06:00:00.000001', IF(v.vehicle_id % 2, NULL, '2026-06-30 18:00:00') FROM fleet.Vehicles v;
INSERT INTO fleet.routes VALUES (1, 'Hamburg', 'Bremen', '["Hamburg", "Buchholz", "Bremen"]', 126.5), (2, 'Hamburg', 'Kiel', NULL, 97.25), (3, '', 'Lübeck', '{"via": null, "toll": 1.50}', 1e-3);
INSERT INTO fleet.`order` VALUES (1, 'a', 1, '12:30:00', 'reserved words'), (2, NULL, NULL, '-05:00:00', ''), (3, 'b', 2147483647, '838:59:59', NULL);
INSERT INTO fleet.trips (vehicle_id, route_id, started_at, ended_at, delay, load_kg, status)
  WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 8000)
  SELECT 1 + i % 300, 1 + i % 3, date_add('2026-01-01 05:00:00', INTERVAL i * 37 MINUTE), IF(i % 50 = 0, NULL, date_add('2026-01-01 06:30:00.5', INTERVAL i * 37 MINUTE)), sec_to_time(i % 600), i % 1000 * 0.5, IF(i % 50 = 0, 'under way', 'done') FROM n;
INSERT INTO fleet.trip_stops SELECT trip_id, s.seq, concat('Stop ', s.seq), ended_at FROM fleet.trips, (SELECT 1 AS seq UNION ALL SELECT 2 UNION ALL SELECT 3) s;
INSERT INTO fleet.positions SELECT vehicle_id, date_add('2026-03-29 00:00:00.250', INTERVAL trip_id MINUTE), 53 + trip_id / 10000, 9 + trip_id / 10000, trip_id % 130 FROM fleet.trips;
INSERT INTO fleet.gps_raw SELECT vehicle_id % 5, '2026-01-01 00:00:00', concat('$GPRMC,', vehicle_id % 5) FROM fleet.Vehicles;
INSERT INTO fleet.fuel_cards SELECT lpad(vehicle_id, 16, '0'), vehicle_id, unhex(sha2(vehicle_id, 256)), vehicle_id % 2 FROM fleet.Vehicles;
INSERT INTO fleet.fuel_stops (card, litres, amount, currency, at) SELECT lpad(vehicle_id, 16, '0'), 40.55, 71.23, 'EUR', '2026-02-01 10:00:00' FROM fleet.Vehicles;
INSERT INTO fleet.tolls SELECT vehicle_id, concat('G', vehicle_id % 9), '2026-02-03 04:05:06', 2.40 FROM fleet.Vehicles;
INSERT INTO fleet.fines VALUES ('F-1', 1, 1, 35.00, 'card', 'zu schnell, 12 km/h über'), ('F-2', 2, NULL, 0.00, '', NULL), ('F-3', NULL, 3, 99999.99, 'cash,transfer', '');
INSERT INTO fleet.insurances SELECT vehicle_id, 'HDI', concat('P', vehicle_id), 2026, json_object('pages', vehicle_id, 'signed', TRUE) FROM fleet.Vehicles;
INSERT INTO fleet.audit VALUES ('2026-01-01 00:00:00.000001', 'root', repeat('long ', 5000)), (NULL, NULL, NULL), (NULL, NULL, NULL);
INSERT INTO fleet.settings VALUES ('Theme', 'dark'), ('theme', 'light'), ('empty', ''), ('none', NULL);
INSERT INTO fleet.telemetry SELECT unhex(left(sha2(vehicle_id, 256), 32)), unhex(repeat('00ff', vehicle_id % 100)), vehicle_id % 4096, vehicle_id / 7, 18446744073709551615 - vehicle_id FROM fleet.Vehicles;
INSERT INTO workshop.mechanics (first_name, last_name, iban) VALUES ('Ada', 'King', 'DE02120300000000202051'), ('Mary', 'Anning', NULL);
INSERT INTO workshop.jobs (plate, opened_at, closed_at, estimate, state) SELECT plate, '2026-04-01 08:00:00', IF(vehicle_id % 3, '2026-04-02 16:00:00', NULL), vehicle_id, IF(vehicle_id % 3, 'closed', 'open') FROM fleet.Vehicles;
INSERT INTO workshop.job_lines SELECT job_id, l.line, concat('P-', job_id % 40), 1.25, 99.90 FROM workshop.jobs, (SELECT 1 AS line UNION ALL SELECT 2) l;
INSERT INTO workshop.parts WITH RECURSIVE n AS (SELECT 0 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 39) SELECT concat('P-', i), concat('Part ', i), i * 1.5, json_array(i, NULL, 'x') FROM n;
INSERT INTO workshop.stock SELECT part_no, 'A1', 7 FROM workshop.parts;
INSERT INTO workshop.suppliers VALUES (1, 'Bolts & Co', 'sales@example.org', '1 Main St'), (2, 'Reifen Müller', NULL, NULL);
INSERT INTO workshop.supplier_parts SELECT 1, part_no, price FROM workshop.parts;
INSERT INTO workshop.settings VALUES ('open', '8-17');
INSERT INTO workshop.`Tyre-Sets` VALUES (1, 'HH-1', 'winter', 7.5), (2, 'HH-2', 'summer', 3.1);
