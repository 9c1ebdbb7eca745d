package io.bactrian.engines;

import java.util.List;

/** How {@code bactrian init} takes the address of an engine's server. */
public interface Addresses {

    /** What an address begins with; the first is the one to show. */
    List<String> schemes();

    /** The port of an address that has none. */
    int standardPort();

    /** An address, as an example. */
    String example();

    /** What its settings call databases. */
    String word();

    /** @return null if the path of an address, without its first slash, names nothing that this engine has */
    ServerAddress address(String user, String host, int port, String path);
}
