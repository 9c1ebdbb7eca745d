package io.bactrian.main;

import io.bactrian.application.Finding;
import io.bactrian.application.SourceTables;
import io.bactrian.engines.mysql.MySqlSource;
import io.bactrian.engines.mysql.MySqlSourceCheck;
import io.bactrian.engines.postgresql.PostgresSource;
import io.bactrian.engines.postgresql.PostgresSourceCheck;
import io.bactrian.settings.SettingValues;
import io.bactrian.settings.Settings;
import io.bactrian.settings.WarehouseUrl;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/** The sources that the settings name: the one place that asks which database one is. */
public final class Sources {

    static final String MYSQL = "mysql";
    public static final String POSTGRES = "postgres";
    public static final Set<String> KINDS = Set.of(MYSQL, POSTGRES);

    private final Settings settings;

    public Sources(Settings settings) {
        this.settings = settings;
    }

    /** To read its tables past the capture. */
    SourceTables tables(String source) {
        String prefix = "bactrian.source." + source;
        String host = settings.text(prefix + ".host");
        int port = settings.number(prefix + ".port");
        String user = settings.text(prefix + ".user");
        String password = settings.text(prefix + ".password");
        return isPostgres(source)
                ? new PostgresSource(host, port, settings.text(prefix + ".database"), user, password)
                : new MySqlSource(host, port, user, password);
    }

    /**
     * @param capture the engine's properties, as the capture's route gives them; empty when there is no such route here
     */
    public List<Finding> check(String source, Set<String> tablesOfRoutes, Properties capture) {
        String prefix = "bactrian.source." + source;
        MySqlSourceCheck.Source looked = new MySqlSourceCheck.Source(source, settings.text(prefix + ".host"),
                settings.number(prefix + ".port"),
                settings.text(prefix + ".user"),
                settings.text(prefix + ".password"), SettingValues.names(settings.text(prefix + ".databases")),
                settings.number(prefix + ".server-id"));
        return isPostgres(source)
                ? PostgresSourceCheck.look(looked, settings.text(prefix + ".database"), tablesOfRoutes, capture)
                : MySqlSourceCheck.look(looked, tablesOfRoutes);
    }

    /**
     * Whether what the source captures and the warehouse are one and the same; a server may be called by several names.
     */
    public boolean captures(String source, WarehouseUrl warehouse) {
        String prefix = "bactrian.source." + source;
        boolean sameServer = settings.text(prefix + ".host").equalsIgnoreCase(warehouse.host())
                && settings.text(prefix + ".port").equals(Integer.toString(warehouse.port()));
        List<String> databases = SettingValues.names(settings.text(prefix + ".databases"));
        return sameServer && (isPostgres(source)
                ? settings.text(prefix + ".database").equals(warehouse.database()) && databases.contains(warehouse.schema())
                : databases.contains(warehouse.database()));
    }

    private boolean isPostgres(String source) {
        return settings.text("bactrian.source." + source + ".kind").equals(POSTGRES);
    }
}
