/**
 * Servers that Bactrian starts and stops itself, in a folder of their own: processes, ports, leases, and packages to
 * install them from. It knows neither changes nor pipelines, and of the engines only where MySQL's programs are. Start
 * with {@link io.bactrian.servers.EmbeddedServer}, then {@link io.bactrian.servers.ServerProcess}.
 */
package io.bactrian.servers;
