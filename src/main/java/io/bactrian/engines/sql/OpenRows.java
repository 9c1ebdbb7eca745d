package io.bactrian.engines.sql;

import io.bactrian.application.SourceTables;
import io.bactrian.application.StoredRows;
import io.bactrian.domain.Image;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The rows of a query that is open, one after the other; however many they are, one is in memory. */
final class OpenRows implements StoredRows.Rows, SourceTables.Rows {

    interface Reading {
        Image image(ResultSet rows) throws SQLException;
    }

    private final ResultSet rows;
    private final Reading reading;
    private final Function<SQLException, RuntimeException> failure;
    private final Runnable closing;
    private boolean more;

    /**
     * @param failure what {@link #next} throws
     * @param closing closes the query and its connection
     */
    OpenRows(ResultSet rows, Reading reading, Function<SQLException, RuntimeException> failure, Runnable closing) throws SQLException {
        this.rows = rows;
        this.reading = reading;
        this.failure = failure;
        this.closing = closing;
        this.more = rows.next();
    }

    @Override
    public boolean hasNext() {
        return more;
    }

    @Override
    public Image next() {
        if (!more) {
            throw new NoSuchElementException();
        }
        try {
            Image image = reading.image(rows);
            more = rows.next();
            return image;
        } catch (SQLException e) {
            throw failure.apply(e);
        }
    }

    @Override
    public void close() {
        closing.run();
    }
}
