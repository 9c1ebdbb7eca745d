-- Dimension: an order's own properties, for which no other dimension is a place.
-- key: order_id
-- reads store_orders: order_id
SELECT o.order_id, o.status, o.payment_method, o.placed_at, o.paid_at, o.delivery_city, o.delivery_country, o.refunded
FROM store_orders o
WHERE TRUE /* keys: o.order_id */
