package io.bactrian.engines;

import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Reads tables of a source beside its log, in pieces. Values are in the form in which the capture writes them. For one
 * thread; after a failure it connects again by itself.
 */
public interface TableReader extends AutoCloseable {

    /**
     * Waits until a look would see everything that {@link CaptureProgress#taken} names, which takes a moment at most.
     */
    void awaitVisible(String taken) throws SQLException;

    /**
     * The tables that the capture takes, each with a fingerprint that is another one when its columns, its key or its
     * parts are; the same for all tables if the log tells of that.
     */
    Map<String, String> tables() throws SQLException;

    /** Whether of a table that {@link #tables} no longer has the log will tell nothing any more either. */
    boolean isGone(String table);

    /** @throws NoTableException if there is no such table */
    TableShape shape(String table) throws SQLException;

    /**
     * The table as it is now.
     *
     * @throws NoTableException if there is no such table
     */
    TableSchema schema(String table) throws SQLException;

    /** How many rows the table has, about: nobody counts them. */
    long estimate(String table) throws SQLException;

    /**
     * Whether rows can be read in the order of their key from any key on. Else {@link #all} reads them in one go.
     */
    boolean isOrdered(String table, TableSchema schema) throws SQLException;

    /**
     * The next rows in the order of the key, as one look at the table finds them.
     *
     * @param after the last row of the piece before; null for the first
     * @param where a condition in the source's own SQL; empty for none
     * @param bytes after about so many the piece ends too
     */
    Piece next(String table, TableSchema schema, Image after, String where, int rows, long bytes) throws SQLException;

    /** All rows as one look at the table finds them, in pieces; close it. */
    Pieces all(String table, TableSchema schema, String where, int rows, long bytes) throws SQLException;

    /**
     * All rows, and exactly which of the table's changes they hold: for tables whose rows nothing tells apart. May keep
     * others from writing to the table for a moment.
     */
    ExactPieces exactly(String table, TableSchema schema, int rows, long bytes) throws SQLException;

    /**
     * A position of the log that nothing lies behind which a look that has ended, or began, could see. Asked for after
     * the look.
     */
    String position() throws SQLException;

    @Override
    void close();

    /** @param last no row comes after these */
    record Piece(List<Image> rows, boolean last) {
    }

    /** Pieces of one look at a table. */
    interface Pieces extends AutoCloseable {
        Piece next() throws SQLException;

        @Override
        void close();
    }

    /** Pieces of a look that knows where in the log it stands. */
    interface ExactPieces extends Pieces {

        /** What {@link CaptureProgress#isCovered} tells changes by. */
        String boundary();
    }

    /** There is no such table, or the user may not see it. */
    final class NoTableException extends SQLException {
        public NoTableException(String message) {
            super(message);
        }
    }
}
