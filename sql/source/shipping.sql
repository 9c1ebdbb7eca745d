-- The shipping department's database: who carries parcels, on what terms, which parcels are on their way, and every
-- scan that a carrier reported.
-- Repeating it is safe: everything is CREATE … IF NOT EXISTS, nothing is altered, emptied or dropped; a table that
-- somebody has altered since stays as it is.
--
--   * shipments.order_id names an order of store.orders; no foreign key crosses the two databases, as none would if
--     they lived on two servers. A shipment and its order change in one transaction all the same.
--   * Carriers report late and out of order: shipment_events.occurred_at is when it happened, recorded_at when we heard
--     of it, and a later event_id can have an earlier occurred_at. A late report never moves shipments.status back;
--     shipments.last_event_at is the latest occurred_at of the shipment's events, whatever order they came in.
-- Instants are UTC in DATETIME and TIMESTAMP columns.

CREATE DATABASE IF NOT EXISTS shipping CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;

CREATE TABLE IF NOT EXISTS shipping.carriers (
    carrier_id      SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
    code            VARCHAR(12)       NOT NULL,
    name            VARCHAR(100)      NOT NULL,
    phone           VARCHAR(32)       NULL,
    collects_until  TIME              NOT NULL,
    active          BOOLEAN           NOT NULL DEFAULT TRUE,
    PRIMARY KEY (carrier_id),
    UNIQUE KEY carriers_by_code (code)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS shipping.shipping_services (
    service_id        SMALLINT UNSIGNED  NOT NULL AUTO_INCREMENT,
    carrier_id        SMALLINT UNSIGNED  NOT NULL,
    name              VARCHAR(100)       NOT NULL,
    promised_days     TINYINT UNSIGNED   NOT NULL,
    price             DECIMAL(8, 2)      NOT NULL,
    max_weight_grams  MEDIUMINT UNSIGNED NULL,
    tracked           BOOLEAN            NOT NULL,
    PRIMARY KEY (service_id),
    KEY shipping_services_by_carrier (carrier_id),
    CONSTRAINT shipping_services_carrier FOREIGN KEY (carrier_id) REFERENCES shipping.carriers (carrier_id)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS shipping.shipments (
    shipment_id    BIGINT UNSIGNED   NOT NULL AUTO_INCREMENT,
    tracking_id    BINARY(16)        NOT NULL,
    order_id       BIGINT UNSIGNED   NOT NULL,
    service_id     SMALLINT UNSIGNED NOT NULL,
    status         ENUM('announced', 'picked_up', 'in_transit', 'delivery_failed', 'delivered') NOT NULL,
    weight_grams   SMALLINT UNSIGNED NOT NULL,
    postage        DECIMAL(8, 2)     NOT NULL,
    recipient      VARCHAR(200)      NOT NULL,
    postal_code    VARCHAR(12)       NOT NULL,
    country        CHAR(2)           NOT NULL,
    parcel         JSON              NULL,
    promised_on    DATE              NOT NULL,
    created_at     DATETIME(6)       NOT NULL,
    last_event_at  DATETIME(6)       NOT NULL,
    delivered_at   DATETIME(6)       NULL,
    updated_at     TIMESTAMP(6)      NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (shipment_id),
    UNIQUE KEY shipments_by_tracking (tracking_id),
    KEY shipments_by_order (order_id),
    KEY shipments_by_service (service_id),
    CONSTRAINT shipments_service FOREIGN KEY (service_id) REFERENCES shipping.shipping_services (service_id)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS shipping.shipment_events (
    event_id     BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    shipment_id  BIGINT UNSIGNED NOT NULL,
    kind         ENUM('announced', 'picked_up', 'in_transit', 'delivery_failed', 'delivered') NOT NULL,
    occurred_at  DATETIME(6)     NOT NULL,
    recorded_at  TIMESTAMP(6)    NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    place        VARCHAR(120)    NULL,
    latitude     DOUBLE          NULL,
    longitude    DOUBLE          NULL,
    details      JSON            NULL,
    PRIMARY KEY (event_id),
    KEY shipment_events_by_shipment (shipment_id),
    CONSTRAINT shipment_events_shipment FOREIGN KEY (shipment_id) REFERENCES shipping.shipments (shipment_id)
) ENGINE = InnoDB;
