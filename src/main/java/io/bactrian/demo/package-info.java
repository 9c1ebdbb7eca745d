/**
 * {@code bactrian demo}: servers, a warehouse and a shop that writes, all on this machine, and a screen that shows
 * them. It may use every other package; only the command line uses it. Start with {@link io.bactrian.demo.DemoCommand}.
 */
package io.bactrian.demo;
