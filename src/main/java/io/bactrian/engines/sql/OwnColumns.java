package io.bactrian.engines.sql;

import io.bactrian.domain.ColumnType;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns that Bactrian adds to the tables that it writes. They are part of a warehouse's contents: never rename
 * one.
 */
public final class OwnColumns {

    /** Names the watermark, and so the pipeline, topic and partition, that a row came from. */
    public static final String LOG = "bactrian_log";
    public static final String OFFSET = "bactrian_offset";
    /** Numbers the rows of a table that has no key of its own. */
    public static final String ROW = "bactrian_row";
    /** Tells equal rows of a table without a key. */
    public static final String HASH = "bactrian_hash";
    /** What happened, in a table that keeps every change. */
    public static final String OPERATION = "bactrian_operation";
    public static final String COMMITTED_AT = "bactrian_committed_at";

    /** Of the values of {@link #LOG}, {@link #OFFSET} and {@link #ROW}. */
    public static final ColumnType NUMBER = ColumnType.of(ColumnType.Kind.INT64);
    public static final ColumnType HASH_TYPE = ColumnType.of(ColumnType.Kind.BYTES, 16);
    public static final ColumnType OPERATION_TYPE = ColumnType.of(ColumnType.Kind.STRING, 8);
    public static final ColumnType MOMENT = ColumnType.of(ColumnType.Kind.INSTANT, 6);

    private OwnColumns() {
    }

    /** The columns, with one of our own after them: what tells the rows of a history or a sum apart. */
    public static List<String> and(List<String> columns, String own) {
        List<String> all = new ArrayList<>(columns);
        all.add(own);
        return all;
    }
}
