package io.bactrian.engines.sql;

import com.zaxxer.hikari.HikariConfig;
import io.bactrian.application.Health;
import io.bactrian.application.Histories;
import io.bactrian.application.OpenLetters;
import io.bactrian.application.ReadableTables;
import io.bactrian.application.ReferenceTables;
import io.bactrian.application.StoredRows;
import io.bactrian.domain.Column;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.engines.KeptModels;
import io.bactrian.engines.OpenWarehouse;
import io.bactrian.engines.sql.models.ModelCatalog;
import io.bactrian.engines.sql.models.ModelFolder;
import io.bactrian.engines.sql.models.ModelledWarehouse;
import io.bactrian.engines.sql.models.Models;
import io.bactrian.engines.sql.models.ModelRefresh;
import io.bactrian.engines.sql.modes.HistoryLaw;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A warehouse reached by JDBC. What differs between databases is its {@link Dialect}'s. */
public final class SqlWarehouse implements OpenWarehouse, ModelledWarehouse, StoredRows, OpenLetters, ReadableTables {

    private static final Logger LOG = LoggerFactory.getLogger(SqlWarehouse.class);

    private static final TableSchema NO_COLUMNS = new TableSchema(List.of(), List.of());

    private final String name;
    private final WarehouseConnections connections;
    private final Dialect dialect;
    private final ModelCatalog models;
    private final TargetTables tables;
    private volatile boolean bookkeeping;
    private volatile boolean scriptsDone;
    private Path scripts;

    private SqlWarehouse(String name, WarehouseConnections connections, Dialect dialect) {
        this.name = name;
        this.connections = connections;
        this.dialect = dialect;
        this.models = new ModelCatalog(dialect);
        this.tables = new TargetTables(name, connections, dialect, models);
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
        return Optional.of(this);
    }

    @Override
    public Optional<OpenLetters> letters() {
        return Optional.of(this);
    }

    @Override
    public Optional<Histories> histories() {
        return Optional.of(new KeptHistories());
    }

    @Override
    public Optional<ReadableTables> tables() {
        return Optional.of(this);
    }

    @Override
    public void prepare(Collection<Row> rows) {
        try {
            ensureBookkeeping();
            Target lastTarget = null;
            TableSchema lastSchema = null;
            for (Row row : rows) {
                TableSchema schema = row.image() != null ? row.image().schema() : row.target().mode() == Mode.APPEND ? NO_COLUMNS : null;
                if (row.target() == lastTarget && schema == lastSchema) {
                    continue;
                }
                lastTarget = row.target();
                lastSchema = schema;
                if (schema != null) {
                    tables.makeReady(row.target(), schema);
                } else {
                    tables.known(row.target());
                }
            }
        } catch (SQLException e) {
            throw failure("prepare tables", e);
        }
    }

    private synchronized void ensureBookkeeping() throws SQLException {
        if (!bookkeeping) {
            try (Connection connection = connections.getConnection(); Statement statement = connection.createStatement()) {
                for (String sql : dialect.words().bookkeeping()) {
                    statement.execute(sql);
                }
                addCleared(connection, statement);
                if (!scriptsDone) {
                    runScripts(connection);
                    scriptsDone = true;
                }
            }
            bookkeeping = true;
        }
    }

    private void runScripts(Connection connection) throws SQLException {
        if (scripts == null) {
            return;
        }
        try {
            for (Path file : SqlScript.files(scripts)) {
                runScript(connection, file);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new SQLException("the scripts of " + scripts + " cannot be run: " + e.getMessage(), e);
        }
    }

    /** In one transaction: whoever reads sees what was there before, or all of it. */
    private static void runScript(Connection connection, Path file) throws SQLException, IOException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : SqlScript.statements(file)) {
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    throw new SQLException(
                            file + ": " + e.getMessage() + "; the statement begins with: " + sql.strip().lines().findFirst().orElse(""),
                            e.getSQLState(), e.getErrorCode(), e);
                }
            }
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /**
     * @param folder SQL files to run before anything else; again after a failure, since somebody may have changed the
     * tables
     */
    public SqlWarehouse withScripts(Path folder) {
        scripts = folder;
        return this;
    }

    @Override
    public Optional<KeptModels> models(Path folder, LocalDate calendarFrom, Supplier<Set<String>> targets, Health health) {
        return Optional.of(new Models(this, new ModelFolder(folder), calendarFrom, targets, health));
    }

    /** Warehouses of earlier days have dead letters without it. */
    private void addCleared(Connection connection, Statement statement) throws SQLException {
        if (!dialect.catalogue().columns(connection, "bactrian_dead_letters").contains("cleared")) {
            try {
                statement.execute("alter table bactrian_dead_letters add column cleared varchar(10) not null default 'no'");
            } catch (SQLException e) {
                if (!dialect.errors().isDuplicateColumn(e)) {
                    throw e;
                }
            }
        }
    }

    /** What was learnt about tables is forgotten: somebody may have changed them. */
    public void forgetTables() {
        forgetTargets();
        bookkeeping = false;
        scriptsDone = false;
    }

    /** Likewise, but for the tables of the bookkeeping and of the scripts. */
    public void forgetTargets() {
        tables.forget();
        models.forget();
    }

    /** The table as last seen, looked at over that connection; null when it is not there. */
    TargetTable known(Connection connection, Target target) throws SQLException {
        return tables.known(connection, target);
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
        ensureBookkeeping();
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
            ensureBookkeeping();
            try (Connection connection = connections.getConnection()) {
                Map<Partition, Long> marks = read(connection, pipeline);
                if (!marks.keySet().containsAll(starts.keySet())) {
                    insertMissing(connection, pipeline, starts, marks);
                    marks = read(connection, pipeline);
                }
                marks.keySet().retainAll(starts.keySet());
                return marks;
            }
        } catch (SQLException e) {
            throw failure("read watermarks", e);
        }
    }

    private void insertMissing(Connection connection, String pipeline, Map<Partition, Long> starts, Map<Partition, Long> marks)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into bactrian_watermarks (pipeline, topic, kafka_partition, next_offset) values (?,?,?,?)")) {
            // In one order, as the locks are taken: two instances that start together do not wait for each other.
            for (Map.Entry<Partition, Long> start : new TreeMap<>(starts).entrySet()) {
                if (!marks.containsKey(start.getKey())) {
                    insert.setString(1, pipeline);
                    insert.setString(2, start.getKey().topic());
                    insert.setInt(3, start.getKey().number());
                    insert.setLong(4, start.getValue());
                    try {
                        insert.execute();
                    } catch (SQLException e) {
                        // Another instance was faster.
                        if (!dialect.errors().isDuplicateKey(e)) {
                            throw e;
                        }
                    }
                }
            }
        }
    }

    private static Map<Partition, Long> read(Connection connection, String pipeline) throws SQLException {
        Map<Partition, Long> marks = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select topic, kafka_partition, next_offset from bactrian_watermarks where pipeline=?")) {
            select.setString(1, pipeline);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    marks.put(new Partition(found.getString(1), found.getInt(2)), found.getLong(3));
                }
            }
        }
        return marks;
    }

    @Override
    public SqlTransaction begin(String pipeline) {
        try {
            ensureBookkeeping();
            Connection connection = connections.getConnection();
            try {
                connection.setAutoCommit(false);
                return new SqlTransaction(this, dialect, connection, pipeline);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw failure("begin a transaction", e);
        }
    }

    @Override
    public Map<Object, Image> read(Target target, Collection<Image> keys) {
        try (Connection connection = connections.getConnection()) {
            return read(connection, target, keys);
        } catch (SQLException e) {
            if (dialect.errors().isUnknownTable(e)) {
                return Map.of();
            }
            throw failure("read " + target.table(), e);
        }
    }

    Map<Object, Image> read(Connection connection, Target target, Collection<Image> keys) throws SQLException {
        Map<Object, Image> found = new HashMap<>();
        if (keys.isEmpty()) {
            return found;
        }
        TableSchema schema = keys.iterator().next().schema();
        String sql = select(target, schema) + (counting(target).isEmpty() ? " where " : counting(target) + " and ") + "("
                + dialect.words().quoted(target.key())
                + ") in (" + Placeholders.rows(target.key().size(), keys.size()) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int place = 1;
            for (Image key : keys) {
                for (String column : target.key()) {
                    statement.setObject(place++, dialect.values().parameter(key.get(column), schema.column(schema.place(column)).type()));
                }
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Image image = image(rows, schema);
                    found.put(image.keyOf(target.key()), image);
                }
            }
            return found;
        }
    }

    private String select(Target target, TableSchema schema) {
        return "select " + dialect.words().quoted(schema.columns().stream().map(Column::name).toList())
                + " from " + dialect.words().quote(target.table());
    }

    /** Which rows of a table stand for rows that the source still has. */
    private static String counting(Target target) {
        return target.mode() == Mode.HISTORY
                ? " where " + Target.IS_CURRENT + "=1"
                : target.keepDeleted() ? " where " + Target.DELETED_AT + " is null" : "";
    }

    private Image image(ResultSet rows, TableSchema schema) throws SQLException {
        return dialect.values().image(rows, schema);
    }

    @Override
    public long count(String table) {
        return count(table, "");
    }

    @Override
    public long count(Target target) {
        return count(target.table(), counting(target));
    }

    private long count(String table, String where) {
        try (Connection connection = connections.getConnection()) {
            if (dialect.catalogue().columns(connection, table).isEmpty()) {
                return 0;
            }
            try (Statement statement = connection.createStatement();
                    ResultSet count = statement.executeQuery("select count(*) from " + dialect.words().quote(table) + where)) {
                count.next();
                return count.getLong(1);
            }
        } catch (SQLException e) {
            throw failure("count " + table, e);
        }
    }

    @Override
    public Map<String, Long> openDeadLetters() {
        try (Connection connection = connections.getConnection()) {
            Map<String, Long> open = new TreeMap<>();
            if (!dialect.catalogue().columns(connection, "bactrian_dead_letters").isEmpty()) {
                try (Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery(
                                "select pipeline, count(*) from bactrian_dead_letters where state='open' group by pipeline")) {
                    while (rows.next()) {
                        open.put(rows.getString(1), rows.getLong(2));
                    }
                }
            }
            return open;
        } catch (SQLException e) {
            throw failure("count dead letters", e);
        }
    }

    @Override
    public Rows scan(Target target, Image like) {
        TableSchema schema = like.schema();
        List<AutoCloseable> open = new ArrayList<>();
        try {
            Connection connection = connections.getConnection();
            open.add(connection);
            // Some drivers hold all rows in memory where each statement is a transaction.
            connection.setAutoCommit(false);
            PreparedStatement statement = connection.prepareStatement(select(target, schema) + counting(target));
            open.add(0, statement);
            statement.setFetchSize(1_000);
            ResultSet rows = statement.executeQuery();
            open.add(0, rows);
            return new OpenRows(rows, row -> image(row, schema), e -> failure("read " + target.table(), e), () -> closeAll(open));
        } catch (SQLException e) {
            closeAll(open);
            throw failure("read " + target.table(), e);
        }
    }

    private final class KeptHistories implements Histories {
        @Override
        public List<HistoryTable> list() {
            try (Connection connection = connections.getConnection()) {
                List<HistoryTable> found = new ArrayList<>();
                for (Map.Entry<String, List<List<String>>> table : dialect.catalogue().uniqueIndexes(connection).entrySet()) {
                    for (List<String> index : table.getValue()) {
                        int last = index.size() - 1;
                        if (last > 0 && index.get(last).equals(Target.VERSION)
                                && HistoryLaw.isHistory(dialect.catalogue().columns(connection, table.getKey()))) {
                            found.add(new HistoryTable(table.getKey(), List.copyOf(index.subList(0, last))));
                        }
                    }
                }
                return found;
            } catch (SQLException e) {
                throw failure("look for histories", e);
            }
        }

        @Override
        public List<String> violations(HistoryTable history) {
            try (Connection connection = connections.getConnection()) {
                return HistoryLaw.violations(connection, dialect, history);
            } catch (SQLException e) {
                throw failure("check the versions of " + history.table(), e);
            }
        }
    }

    private void closeAll(List<AutoCloseable> open) {
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (Exception e) {
                LOG.debug("warehouse {}: closing after a read", name, e);
            }
        }
    }

    @Override
    public ReferenceTables.Table readAll(String table, List<String> columns, int most) {
        try (Connection connection = connections.getConnection(); Statement statement = connection.createStatement()) {
            TableSchema all = dialect.catalogue().schema(connection, table);
            TableSchema schema = new TableSchema(
                    columns.stream().map(column -> all.column(all.place(column, "warehouse " + name, "table " + table))).toList(),
                    List.of());
            statement.setFetchSize(1_000);
            statement.setMaxRows(most);
            List<Image> images = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(select(new Target(table, Mode.MIRROR, List.of(), false), schema))) {
                while (rows.next()) {
                    images.add(image(rows, schema));
                }
            }
            return new ReferenceTables.Table(schema, images);
        } catch (SQLException e) {
            throw failure("read " + table, e);
        }
    }

    @Override
    public WarehouseException failure(String doing, SQLException e) {
        return new WarehouseException("warehouse " + name + " (" + connections.getJdbcUrl() + "): could not " + doing + ": "
                + dialect.errors().reason(e), e);
    }

    @Override
    public void close() {
        connections.close();
    }
}
