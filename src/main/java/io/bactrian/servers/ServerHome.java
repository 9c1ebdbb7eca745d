package io.bactrian.servers;

import io.bactrian.settings.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where embedded servers keep things: what is fetched or prepared once and shared ({@code binaries}), and what belongs
 * to the servers themselves, their data, logs and pid files ({@code servers}). Both are one folder unless a test wants
 * its data elsewhere.
 *
 * @param folder binaries and templates; made absolute, created when absent
 * @param servers data, logs and pid files; made absolute, created when absent
 */
public record ServerHome(Path folder, Path servers) {

    public ServerHome {
        folder = created(folder);
        servers = created(servers);
    }

    public ServerHome(Path folder) {
        this(folder, folder);
    }

    /** In the work folder of this process. */
    public static ServerHome standard() {
        return new ServerHome(WorkFolder.standard());
    }

    /** The same binaries, but data, logs and pid files under that other folder. */
    public ServerHome withData(Path otherServers) {
        return new ServerHome(folder, otherServers);
    }

    /** Everything that the server of that name keeps; delete it while the server is down to start afresh. */
    public Path data(String name) {
        return servers.resolve("data").resolve(name);
    }

    /** What the server of that name said, from this start and earlier ones. */
    public Path log(String name) {
        return servers.resolve("logs").resolve(name + ".log");
    }

    /**
     * Stops servers that an earlier, killed parent left running. Servers whose parent is alive are left alone, in this
     * process and in others, and so is a process that merely got a dead server's pid. Safe to repeat.
     */
    public void cleanUp(Progress progress) {
        try {
            for (Path file : FileTree.children(pidFolder())) {
                ServerMark.tryTake(file).ifPresent(mark -> {
                    try (mark) {
                        mark.stopLeftover(progress);
                    }
                });
            }
        } catch (IOException e) {
            throw new EmbeddedServerException("Cannot list " + pidFolder() + ": " + e, e);
        }
    }

    Path pidFile(String name) {
        return pidFolder().resolve(name + ".pid");
    }

    private Path pidFolder() {
        return servers.resolve("run");
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder.toAbsolutePath().normalize());
        } catch (IOException e) {
            throw new EmbeddedServerException("Cannot create " + folder.toAbsolutePath() + " for the embedded servers: "
                    + e + ". Name a folder that can be written with " + WorkFolder.VARIABLE + ".", e);
        }
    }
}
