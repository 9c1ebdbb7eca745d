/**
 * What a database engine offers to the rest of the product: as a source, as a warehouse, or both. It uses
 * {@code domain} and {@code application}; an engine is a package below it that {@code META-INF/services} names, and
 * engines do not import each other. Start with {@link io.bactrian.engines.Engine}, then
 * {@link io.bactrian.engines.SourceEngine} and {@link io.bactrian.engines.WarehouseEngine}.
 */
package io.bactrian.engines;
