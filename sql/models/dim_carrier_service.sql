-- Dimension: the services that parcels are sent by, and who carries them.
-- key: service_id
-- reads shipping_shipping_services: service_id
-- reads shipping_carriers: select service_id from shipping_shipping_services where carrier_id in (:carrier_id)
-- index on shipping_shipping_services: carrier_id
SELECT s.service_id, s.name AS service, s.promised_days, s.price, s.tracked, s.max_weight_grams, s.carrier_id, c.code AS carrier_code, c.name AS carrier, c.active
FROM shipping_shipping_services s
LEFT JOIN shipping_carriers c ON c.carrier_id = s.carrier_id
WHERE TRUE /* keys: s.service_id */
