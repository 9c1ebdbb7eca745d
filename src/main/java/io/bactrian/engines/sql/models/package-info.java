/**
 * Models: SELECTs whose results a warehouse keeps as tables, from their files to their refresh in each batch. It uses
 * {@code domain}, {@code application} and {@code engines.sql}. Start with
 * {@link io.bactrian.engines.sql.models.Models}, then {@link io.bactrian.engines.sql.models.ModelRefresh}.
 */
package io.bactrian.engines.sql.models;
