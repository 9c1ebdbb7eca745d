package io.bactrian.main;

import io.bactrian.application.Finding;
import io.bactrian.application.SourceTables;
import io.bactrian.infrastructure.jdbc.MySqlSource;
import io.bactrian.infrastructure.jdbc.PostgresSource;
import io.bactrian.infrastructure.jdbc.PostgresSourceCheck;
import io.bactrian.infrastructure.jdbc.SourceCheck;
import java.util.List;
import java.util.Set;

/** The sources that the settings name: the one place that asks which database one is. */
final class Sources {

    static final String MYSQL = "mysql";
    static final String POSTGRES = "postgres";
    static final Set<String> KINDS = Set.of(MYSQL, POSTGRES);

    private final Settings settings;

    Sources(Settings settings) {
        this.settings = settings;
    }

    /** To read its tables past the capture. */
    SourceTables tables(String source) {
        String prefix = "bactrian.source." + source;
        String host = settings.text(prefix + ".host");
        int port = settings.number(prefix + ".port");
        String user = settings.text(prefix + ".user");
        String password = settings.text(prefix + ".password");
        return isPostgres(source) ? new PostgresSource(host, port, settings.text(prefix + ".database"), user, password) : new MySqlSource(host, port, user, password);
    }

    List<Finding> check(String source, Set<String> tablesOfRoutes) {
        String prefix = "bactrian.source." + source;
        SourceCheck.Source looked = new SourceCheck.Source(source, settings.text(prefix + ".host"), settings.number(prefix + ".port"), settings.text(prefix + ".user"),
                settings.text(prefix + ".password"), SettingValues.names(settings.text(prefix + ".databases")), settings.number(prefix + ".server-id"));
        return isPostgres(source) ? PostgresSourceCheck.look(looked, settings.text(prefix + ".database"), tablesOfRoutes) : SourceCheck.look(looked, tablesOfRoutes);
    }

    private boolean isPostgres(String source) {
        return settings.text("bactrian.source." + source + ".kind").equals(POSTGRES);
    }
}
