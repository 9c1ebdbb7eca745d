-- Transaction fact: one row per book in an order. The customer is the version that was valid when the order was placed; an order of
-- before the first version belongs to that one. What is not known yet (the order, the customer) is NULL until it comes; test
-- customers are not in the dimension, so their sales have no customer.
-- key: order_id, line_number
-- index: sold_on, book_id
-- index: book_id
-- index: customer_key
-- reads store_order_items: order_id, line_number
-- reads store_orders: select order_id, line_number from store_order_items where order_id in (:order_id)
-- reads dim_customer: select i.order_id, i.line_number from store_orders o
--   join store_order_items i on i.order_id = o.order_id where o.customer_id in (:customer_id)
-- index on store_orders: customer_id
SELECT i.order_id, i.line_number, CAST(o.placed_at AS DATE) AS sold_on, i.book_id, c.customer_key,
       i.quantity AS copies, i.unit_price, i.quantity * i.unit_price AS amount,
       i.returned_quantity AS copies_returned, i.returned_quantity * i.unit_price AS amount_returned
FROM store_order_items i
LEFT JOIN store_orders o ON o.order_id = i.order_id
LEFT JOIN dim_customer c ON c.customer_id = o.customer_id
    AND (c.valid_from <= o.placed_at OR c.version = 1) AND o.placed_at < c.valid_to
WHERE TRUE /* keys: i.order_id, i.line_number */
