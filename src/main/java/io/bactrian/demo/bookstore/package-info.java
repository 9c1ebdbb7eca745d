/**
 * The bookstore of the demo: it fills its databases, then keeps writing orders, shipments and returns, at a pace. It
 * uses JDBC, {@code application} and {@code engines.sql}, and nothing of the pipelines that it feeds. Start with
 * {@link io.bactrian.demo.bookstore.Bookstore}, then {@code Writers}.
 */
package io.bactrian.demo.bookstore;
