-- Dimension: a parcel's own properties.
-- key: shipment_id
-- reads shipping_shipments: shipment_id
SELECT s.shipment_id, s.tracking_id, s.status, s.weight_grams, s.postage, s.country, s.postal_code, s.promised_on
FROM shipping_shipments s
WHERE TRUE /* keys: s.shipment_id */
