-- Aggregate: delivery time by the day of delivery, service and carrier.
-- key: day, service_id
-- reads fact_shipment: delivered_on, service_id
-- reads dim_carrier_service: select f.delivered_on, f.service_id from fact_shipment f where f.delivered_on is not null and f.service_id in (:service_id)
SELECT f.delivered_on AS day, f.service_id, c.carrier_id, COUNT(*) AS shipments, SUM(f.delivery_minutes) AS minutes,
       MAX(f.delivery_minutes) AS longest_minutes, SUM(f.is_late) AS late, SUM(f.failed_attempts) AS failed_attempts
FROM fact_shipment f
LEFT JOIN dim_carrier_service c ON c.service_id = f.service_id
WHERE f.delivered_on IS NOT NULL /* keys: f.delivered_on as day, f.service_id */
GROUP BY f.delivered_on, f.service_id, c.carrier_id
