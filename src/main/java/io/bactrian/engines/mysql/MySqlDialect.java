package io.bactrian.engines.mysql;

import com.zaxxer.hikari.HikariConfig;
import io.bactrian.engines.sql.BulkWriting;
import io.bactrian.engines.sql.Catalogue;
import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.RowLocks;
import io.bactrian.engines.sql.SqlErrors;
import io.bactrian.engines.sql.SqlValues;
import io.bactrian.engines.sql.SqlWords;

/** MySQL 8.0.19 and newer. */
public final class MySqlDialect implements Dialect {

    private final SqlWords words = new MySqlWords();
    private final SqlValues values = new MySqlValues();
    private final SqlErrors errors = new MySqlErrors();
    private final BulkWriting writing = new MySqlWriting(words, values);
    private final Catalogue catalogue = new MySqlCatalogue(words);
    private final RowLocks locks = new MySqlLocks(words);

    @Override
    public void configure(HikariConfig config) {
        config.addDataSourceProperty("allowLoadLocalInfile", "true");
        config.addDataSourceProperty("characterEncoding", "utf-8");
        config.addDataSourceProperty("connectionTimeZone", "UTC");
        config.addDataSourceProperty("forceConnectionTimeZoneToSession", "true");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "5000");
        config.addDataSourceProperty("socketTimeout", "300000");
        // Else the driver asks the server before each write whether it may.
        config.addDataSourceProperty("readOnlyPropagatesToServer", "false");
        config.addDataSourceProperty("yearIsDateType", "false");
        config.addDataSourceProperty("tinyInt1isBit", "false");
        config.addDataSourceProperty("useCursorFetch", "true");
        // The statements of a batch are the same each time.
        config.addDataSourceProperty("cachePrepStmts", "true");
        config.addDataSourceProperty("prepStmtCacheSize", "400");
        config.addDataSourceProperty("prepStmtCacheSqlLimit", "16384");
        // Never what a server's administrator chose: a value must fit as it is or be refused. That a decimal was
        // rounded
        // is a note, and a server may keep those to itself.
        config.addDataSourceProperty("sessionVariables",
                "sql_mode='ONLY_FULL_GROUP_BY,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',sql_notes=1");
    }

    @Override
    public SqlWords words() {
        return words;
    }

    @Override
    public SqlValues values() {
        return values;
    }

    @Override
    public BulkWriting writing() {
        return writing;
    }

    @Override
    public Catalogue catalogue() {
        return catalogue;
    }

    @Override
    public SqlErrors errors() {
        return errors;
    }

    @Override
    public RowLocks locks() {
        return locks;
    }
}
