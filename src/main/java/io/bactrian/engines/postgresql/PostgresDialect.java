package io.bactrian.engines.postgresql;

import com.zaxxer.hikari.HikariConfig;
import io.bactrian.engines.sql.BulkWriting;
import io.bactrian.engines.sql.Catalogue;
import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.RowLocks;
import io.bactrian.engines.sql.SqlErrors;
import io.bactrian.engines.sql.SqlValues;
import io.bactrian.engines.sql.SqlWords;

/**
 * PostgreSQL 14 and newer. Its errors end a transaction: what may fail alone is asked behind a savepoint, or without a
 * transaction.
 */
public final class PostgresDialect implements Dialect {

    private final SqlWords words = new PostgresWords();
    private final SqlValues values = new PostgresValues();
    private final SqlErrors errors = new PostgresErrors();
    private final BulkWriting writing = new PostgresWriting(words, values, errors);
    private final Catalogue catalogue = new PostgresCatalogue(words);
    private final RowLocks locks = new PostgresLocks(words);

    @Override
    public void configure(HikariConfig config) {
        // A time in a text is compared with a date as a date, and a number in one is written as the column's type reads
        // it.
        config.addDataSourceProperty("stringtype", "unspecified");
        // Texts alone: what the driver makes of a binary moment is in the JVM's zone.
        config.addDataSourceProperty("binaryTransfer", "false");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("socketTimeout", "300");
        config.addDataSourceProperty("ApplicationName", "bactrian");
        config.addDataSourceProperty("preparedStatementCacheQueries", "400");
        // Never what the JVM's zone, a database's or a role's settings make of it.
        config.setConnectionInitSql("set time zone 'UTC'; set intervalstyle = 'postgres'; set client_min_messages = 'error'");
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
