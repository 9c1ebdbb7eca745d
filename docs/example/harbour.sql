-- A harbour and its customs, 12 tables in two schemas: the example of docs/postgresql-tutorial.md. For an empty database.
CREATE SCHEMA port;
CREATE SCHEMA customs;
CREATE TYPE port.cargo AS ENUM ('bulk', 'container', 'oil, gas');
CREATE DOMAIN port.imo AS integer CHECK (VALUE BETWEEN 1000000 AND 9999999);

CREATE TABLE port.berths (berth_id smallint PRIMARY KEY, name varchar(40) NOT NULL, length_m numeric(6,2), spot point, tags text[]);
CREATE TABLE port.ships (imo port.imo PRIMARY KEY, name text NOT NULL, flag char(2), cargo port.cargo NOT NULL, papers jsonb, photo bytea,
  gross integer NOT NULL, dues numeric(14,4) GENERATED ALWAYS AS (gross * 0.35) STORED);
CREATE TABLE port."Captains" (captain_id uuid PRIMARY KEY, full_name text NOT NULL, email text, date_of_birth date, licence_number varchar(20));
CREATE TABLE port.calls (call_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, imo port.imo NOT NULL REFERENCES port.ships, berth_id smallint REFERENCES port.berths,
  captain_id uuid, arrived timestamptz NOT NULL, left_at timestamptz, draught real, paid boolean NOT NULL DEFAULT false, stay interval);
CREATE TABLE port.movements (call_id bigint NOT NULL, seq smallint NOT NULL, day date NOT NULL, tugs smallint, note text, PRIMARY KEY (call_id, seq, day)) PARTITION BY RANGE (day);
CREATE TABLE port.movements_2025 PARTITION OF port.movements FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE port.movements_2026 PARTITION OF port.movements FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE port.weather (at timestamp, wind_kn numeric, line text);
COMMENT ON TABLE port.weather IS 'as the station sends it; no key';
CREATE TABLE port.beacons (code bit varying(12) PRIMARY KEY, label text);
CREATE TABLE port."light houses" (name text PRIMARY KEY, lit date);

CREATE TABLE customs.tariffs (code varchar(10) PRIMARY KEY, label varchar(200), rate numeric(5,4), valid daterange);
CREATE TABLE customs.declarations (declaration_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, call_id bigint NOT NULL, declared_at timestamp NOT NULL, total money, text text);
CREATE TABLE customs.lines (declaration_id bigint, line smallint, code varchar(10), weight_t double precision, amount numeric, PRIMARY KEY (declaration_id, line));
CREATE TABLE customs.seals (seal varchar(20), declaration_id bigint, broken time);
ALTER TABLE customs.seals REPLICA IDENTITY FULL;

INSERT INTO port.berths VALUES (1, 'Nordkai', 310.5, '(9.9,53.5)', '{deep,crane}'), (2, 'Südkai', NULL, NULL, '{}'), (3, '東', 120, NULL, NULL);
INSERT INTO port.ships (imo, name, flag, cargo, papers, photo, gross)
  SELECT 9000000 + i, 'Ship ' || i, CASE i % 3 WHEN 0 THEN 'DE' WHEN 1 THEN 'PA' END, (enum_range(NULL::port.cargo))[1 + i % 3], jsonb_build_object('built', 1980 + i % 40, 'class', NULL),
    decode(repeat('00ff7f0a', i % 9), 'hex'), 1000 + i * 37 FROM generate_series(1, 150) i;
INSERT INTO port."Captains" SELECT md5(i::text)::uuid, 'Captain ' || i, CASE WHEN i % 5 > 0 THEN 'captain' || i || '@example.org' END, date '1960-01-01' + i * 53, 'L' || i * 7919 FROM generate_series(1, 60) i;
INSERT INTO port.calls (imo, berth_id, captain_id, arrived, left_at, draught, paid, stay)
  SELECT 9000001 + i % 150, 1 + i % 3, md5((1 + i % 60)::text)::uuid, timestamptz '2025-10-26 00:30:00+00' + i * interval '37 minutes', CASE WHEN i % 7 > 0 THEN timestamptz '2025-10-26 08:00:00.123456+00' + i * interval '37 minutes' END,
    i % 12 + 0.25, i % 4 = 0, CASE WHEN i % 7 > 0 THEN interval '7 hours 30 minutes' END FROM generate_series(1, 3000) i;
INSERT INTO port.movements SELECT call_id, s, (arrived AT TIME ZONE 'UTC')::date + 40, s % 3, repeat('tow ', (call_id % 5)::int) FROM port.calls, generate_series(1, 2) s;
INSERT INTO port.weather SELECT timestamp '2026-03-29 02:30:00' + i * interval '1 hour', i % 40 + 0.5, 'W;' || i % 40 FROM generate_series(1, 500) i;
INSERT INTO port.weather SELECT * FROM port.weather LIMIT 20;
INSERT INTO port.beacons VALUES (B'101', 'one'), (B'1100', 'two');
INSERT INTO port."light houses" VALUES ('Roter Sand', '1885-11-01');
INSERT INTO customs.tariffs SELECT 'T' || i, 'Tariff ' || i, i / 100.0, daterange('2025-01-01', CASE WHEN i % 2 = 0 THEN date '2026-01-01' END) FROM generate_series(1, 40) i;
INSERT INTO customs.declarations (call_id, declared_at, total, text) SELECT i, timestamp '2026-01-01' + i * interval '1 minute', (i * 1.25)::numeric::money, repeat('declared ', i % 400) FROM generate_series(1, 1000) i;
INSERT INTO customs.lines SELECT declaration_id, s, 'T' || 1 + (declaration_id + s) % 40, s * 0.1, declaration_id * 1.005 FROM customs.declarations, generate_series(1, 3) s;
INSERT INTO customs.seals SELECT 'S' || i, 1 + i % 1000, CASE WHEN i % 10 = 0 THEN time '12:00' END FROM generate_series(1, 300) i;
