package io.bactrian.engines.sql;

import com.zaxxer.hikari.HikariConfig;
import io.bactrian.application.Health;
import io.bactrian.application.Histories;
import io.bactrian.application.OpenLetters;
import io.bactrian.application.ReadableTables;
import io.bactrian.application.StoredRows;
import io.bactrian.application.TablePlans;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import io.bactrian.engines.KeptModels;
import io.bactrian.engines.OpenWarehouse;
import io.bactrian.engines.sql.models.ModelCatalog;
import io.bactrian.engines.sql.models.ModelFolder;
import io.bactrian.engines.sql.models.ModelledWarehouse;
import io.bactrian.engines.sql.models.Models;
import io.bactrian.engines.sql.models.ModelRefresh;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A warehouse reached by JDBC: what it offers, and the parts that do it. What differs between databases is its
 * {@link Dialect}'s.
 */
public final class SqlWarehouse implements OpenWarehouse, ModelledWarehouse, OpenLetters {

    private static final Logger LOG = LoggerFactory.getLogger(SqlWarehouse.class);

    private final String name;
    private final WarehouseConnections connections;
    private final Dialect dialect;
    private final ModelCatalog models;
    private final TargetTables tables;
    private final Bookkeeping bookkeeping;
    private final WarehouseFailures failures;
    private final TableRows stored;

    private SqlWarehouse(String name, WarehouseConnections connections, Dialect dialect) {
        this.name = name;
        this.connections = connections;
        this.dialect = dialect;
        this.models = new ModelCatalog(dialect);
        this.tables = new TargetTables(name, connections, dialect, models);
        this.bookkeeping = new Bookkeeping(connections, dialect);
        this.failures = new WarehouseFailures(name, connections.getJdbcUrl(), dialect.errors());
        this.stored = new TableRows(connections, dialect, tables, failures);
    }

    /** Opens without connecting: a warehouse that is away at the start is away like any other time. */
    public static SqlWarehouse open(String name, String url, String user, String password, int connections, Dialect dialect) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("warehouse-" + name);
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(5_000);
        config.setAutoCommit(true);
        // Batches of concurrent pumps touch neighbouring keys: gap locks would only make them wait for each other.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        dialect.configure(config);
        return new SqlWarehouse(name, new WarehouseConnections(config), dialect);
    }

    /** Each pump has a connection of its own. */
    @Override
    public void serve(String pipeline, int consumers) {
        connections.serve(pipeline, consumers);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<StoredRows> rows() {
        return Optional.of(stored);
    }

    @Override
    public Optional<OpenLetters> letters() {
        return Optional.of(this);
    }

    @Override
    public Optional<Histories> histories() {
        return Optional.of(new KeptHistories(connections, dialect, failures));
    }

    @Override
    public Optional<TablePlans> plans() {
        return Optional.of(new TargetPlans(name, connections, dialect, failures));
    }

    @Override
    public Optional<ReadableTables> tables() {
        return Optional.of(stored);
    }

    @Override
    public List<TableFault> prepare(Collection<Row> rows) {
        try {
            bookkeeping.ensure();
            return tables.prepare(rows);
        } catch (SQLException e) {
            throw failure("prepare tables", e);
        }
    }

    /**
     * @param folder SQL files to run before anything else; again after a failure, since somebody may have changed the
     * tables
     */
    public SqlWarehouse withScripts(Path folder) {
        bookkeeping.scripts(folder);
        return this;
    }

    @Override
    public Optional<KeptModels> models(Path folder, LocalDate calendarFrom, Supplier<Set<String>> targets, Health health) {
        return Optional.of(new Models(this, new ModelFolder(folder), calendarFrom, targets, health));
    }

    /** What was learnt about tables is forgotten: somebody may have changed them. */
    public void forgetTables() {
        forgetTargets();
        bookkeeping.forget();
    }

    /** Likewise, but for the tables of the bookkeeping and of the scripts. */
    public void forgetTargets() {
        tables.forget();
        models.forget();
    }

    @Override
    public ModelCatalog models() {
        return models;
    }

    @Override
    public Dialect dialect() {
        return dialect;
    }

    /** A connection in which every statement is a transaction. */
    @Override
    public Connection connect() throws SQLException {
        bookkeeping.ensure();
        return connections.getConnection();
    }

    @Override
    public void suspend(ModelRefresh.ModelFault fault) {
        try (Connection connection = connections.getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "update bactrian_models set reason=?, stale=1, building=null, building_hash=null where name=?")) {
            String reason = fault.getMessage();
            update.setString(1, reason.substring(0, Math.min(reason.length(), 2_000)));
            update.setString(2, fault.model().name());
            update.executeUpdate();
            LOG.error("warehouse {}: {}. The model is not refreshed until it has been rebuilt; everything else goes on", name, reason);
        } catch (SQLException e) {
            LOG.warn("warehouse {}: {}; and that could not be noted: {}", name, fault.getMessage(), e.getMessage());
        }
    }

    @Override
    public Map<Partition, Long> watermarks(String pipeline, Map<Partition, Long> starts) {
        try {
            bookkeeping.ensure();
            try (Connection connection = connections.getConnection()) {
                return new Watermarks(connection, dialect, pipeline).from(starts);
            }
        } catch (SQLException e) {
            throw failure("read watermarks", e);
        }
    }

    @Override
    public SqlTransaction begin(String pipeline) {
        try {
            bookkeeping.ensure();
            Connection connection = connections.getConnection();
            try {
                connection.setAutoCommit(false);
                return new SqlTransaction(this, tables, stored, this::forgetTables, connection, pipeline);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw failure("begin a transaction", e);
        }
    }

    @Override
    public long count(String table) {
        return stored.count(table);
    }

    @Override
    public Map<String, Long> openDeadLetters() {
        try (Connection connection = connections.getConnection()) {
            return DeadLetterEntries.countOpen(connection, dialect);
        } catch (SQLException e) {
            throw failure("count dead letters", e);
        }
    }

    @Override
    public WarehouseException failure(String doing, SQLException e) {
        return failures.of(doing, e);
    }

    @Override
    public void close() {
        connections.close();
    }
}
