/**
 * Camel's components {@code change:}, {@code warehouse:} and {@code topic:}, and the steps behind the kamelets. It uses
 * {@code domain}, {@code application} and Camel; it knows no Kafka and no database. Start with
 * {@link io.bactrian.routes.ChangeConsumer}, where a change enters its route, and
 * {@link io.bactrian.routes.WarehouseProducer}, where a row leaves it.
 */
package io.bactrian.routes;
