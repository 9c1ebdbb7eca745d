package io.bactrian.engines.mysql.local;

import io.bactrian.engines.mysql.MySqlVersion;
import io.bactrian.servers.Command;
import io.bactrian.servers.EmbeddedServerException;
import io.bactrian.servers.ServerHome;
import io.bactrian.servers.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a person gets a prompt at an embedded server. */
record MySqlClient(MySqlBinaries binaries, ServerHome home, String name) {

    /**
     * The mysql of the PATH, or a small script around the client that was fetched with the server. MariaDB's client
     * goes by the same name on many systems, but cannot be relied on to log in to a MySQL server.
     */
    String command(String address, int port, String user) {
        List<String> options = List.of("--protocol=TCP", "--host=" + address, "--port=" + port, "--user=" + user);
        Optional<Path> onPath = Surroundings.here().find("mysql")
                .filter(program -> MySqlVersion.in(Command.of(program, "--version").run(MySqlBinaries.SILENCE).output())
                        .filter(MySqlVersion::suits).isPresent());
        return onPath.isPresent() || binaries.client().isEmpty()
                ? "mysql " + String.join(" ", options)
                : script(binaries.client().get(), options);
    }

    private String script(List<String> client, List<String> options) {
        Path script = home.servers().resolve("mysql-" + name);
        Command whole = new Command(client).and(options.toArray());
        try {
            Files.writeString(script, "#!/bin/sh\nexec " + whole.words().stream().map(MySqlClient::quoted)
                    .collect(Collectors.joining(" ")) + " \"$@\"\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new EmbeddedServerException("Cannot write the script " + script + ": " + e, e);
        }
        return shortest(script);
    }

    private static String shortest(Path script) {
        Path here = Path.of("").toAbsolutePath();
        return quoted((script.startsWith(here) ? here.relativize(script) : script).toString());
    }

    private static String quoted(String word) {
        return word.matches("[\\w./:=@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
