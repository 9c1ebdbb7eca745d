/**
 * What others see of a running instance: status, health and metrics over HTTP, and the list of instances on this
 * machine. It uses {@code domain} and {@code application}. Start with
 * {@link io.bactrian.infrastructure.observe.ObserveServer}.
 */
package io.bactrian.infrastructure.observe;
