package io.bactrian.infrastructure.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the instances that were started in a folder listen: a file each in {@code .bactrian/instances}, for
 * {@code bactrian
 * status} to find them by. One that was killed leaves its file, which is known by a process that is not there any more.
 */
public final class Instances {

    private static final Logger LOG = LoggerFactory.getLogger(Instances.class);

    private final Path folder;

    /** @param home usually {@code .bactrian} */
    public Instances(Path home) {
        this.folder = home.resolve("instances");
    }

    public record Listening(long pid, String url) {
    }

    /** @return closes by removing the file; when the folder cannot be written, somebody has to say the port */
    public AutoCloseable register(long pid, String url) {
        Path file = folder.resolve(pid + "-" + url.replaceAll(".*:", ""));
        try {
            Files.createDirectories(folder);
            listening();
            Files.writeString(file, pid + "\n" + url + "\n");
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} cannot be written ({}): `bactrian status` finds this instance only with --port", file, e.toString());
            return () -> {
            };
        }
        return () -> Files.deleteIfExists(file);
    }

    /** Those whose processes run; the files of others are removed. */
    public List<Listening> listening() {
        List<Listening> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                List<String> lines = Files.readAllLines(file);
                if (lines.size() == 2 && lines.get(0).matches("\\d{1,10}")) {
                    long pid = Long.parseLong(lines.get(0));
                    if (ProcessHandle.of(pid).isPresent()) {
                        found.add(new Listening(pid, lines.get(1)));
                    } else {
                        Files.deleteIfExists(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be read: " + e, e);
        }
        return found;
    }
}
