-- Accumulating snapshot: one row per shipment, its milestones and delivery time filled in as events arrive, in whatever order.
-- key: shipment_id
-- index: delivered_on, service_id
-- index: order_id
-- reads shipping_shipments: shipment_id
-- reads shipping_shipment_events: shipment_id
-- reads store_orders: select shipment_id from shipping_shipments where order_id in (:order_id)
-- reads dim_customer: select s.shipment_id from store_orders o
--   join shipping_shipments s on s.order_id = o.order_id where o.customer_id in (:customer_id)
-- index on shipping_shipment_events: shipment_id
-- index on shipping_shipments: order_id
-- index on store_orders: customer_id
SELECT s.shipment_id, s.order_id, s.service_id, c.customer_key, s.weight_grams, s.postage,
       s.created_at AS announced_at, e.picked_up_at, e.in_transit_at, COALESCE(e.failed_attempts, 0) AS failed_attempts, s.delivered_at,
       CAST(s.created_at AS DATE) AS announced_on, CAST(e.picked_up_at AS DATE) AS picked_up_on, CAST(s.delivered_at AS DATE) AS delivered_on,
       s.promised_on, TIMESTAMPDIFF(MINUTE, s.created_at, s.delivered_at) AS delivery_minutes,
       CASE WHEN s.delivered_at IS NULL THEN NULL WHEN CAST(s.delivered_at AS DATE) > s.promised_on THEN 1 ELSE 0 END AS is_late
FROM shipping_shipments s
LEFT JOIN (
    SELECT v.shipment_id,
           MIN(CASE WHEN v.kind = 'picked_up' THEN v.occurred_at END) AS picked_up_at,
           MIN(CASE WHEN v.kind = 'in_transit' THEN v.occurred_at END) AS in_transit_at,
           SUM(CASE WHEN v.kind = 'delivery_failed' THEN 1 ELSE 0 END) AS failed_attempts
    FROM shipping_shipment_events v
    WHERE TRUE /* keys: v.shipment_id */
    GROUP BY v.shipment_id
) e ON e.shipment_id = s.shipment_id
LEFT JOIN store_orders o ON o.order_id = s.order_id
LEFT JOIN dim_customer c ON c.customer_id = o.customer_id
    AND (c.valid_from <= o.placed_at OR c.version = 1) AND o.placed_at < c.valid_to
WHERE TRUE /* keys: s.shipment_id */
