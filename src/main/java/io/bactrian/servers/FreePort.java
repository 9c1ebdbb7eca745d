package io.bactrian.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/** A loopback port for a server, remembered in a file and taken again at the next start. */
public final class FreePort {

    /** Below what systems hand out for outgoing connections: a port must still be free after its server was killed. */
    private static final int LOWEST = 20_000;
    private static final int BOUND = 30_000;
    private static final int TRIES = 500;

    private FreePort() {
    }

    public static int rememberedIn(Path file, Progress progress) {
        try {
            if (Files.exists(file)) {
                int before = Integer.parseInt(Files.readString(file).strip());
                if (isFree(before)) {
                    return before;
                }
                progress.says("port " + before + " is taken by somebody else now; choosing another for "
                        + file.getParent().getFileName());
            }
            return another(file);
        } catch (IOException | NumberFormatException e) {
            throw new EmbeddedServerException("Cannot read or write the port number in " + file + ": " + e
                    + ". Delete the file to have a new port chosen.", e);
        }
    }

    public static int another(Path file) throws IOException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BOUND);
            if (isFree(port)) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, port + "\n");
                return port;
            }
        }
        throw new EmbeddedServerException("No free loopback port found in " + TRIES + " tries between " + LOWEST
                + " and " + BOUND + ".");
    }

    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
