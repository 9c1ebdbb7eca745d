package io.bactrian.engines.mysql;

import java.util.Map;

/** A place in MySQL's binlog: {@code binlog.000012:4711}. Files are numbered, and the numbers grow. */
record MySqlLogPosition(long file, long place, String name) implements Comparable<MySqlLogPosition> {

    static MySqlLogPosition of(String name, long place) {
        return new MySqlLogPosition(Long.parseLong(name.substring(name.lastIndexOf('.') + 1)), place, name);
    }

    static MySqlLogPosition parse(String text) {
        int colon = text.lastIndexOf(':');
        return of(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
    }

    /** @return null for an offset that names no place */
    static MySqlLogPosition of(Map<String, ?> offset) {
        return offset.get("file") instanceof String name && offset.get("pos") instanceof Number place && name.indexOf('.') >= 0
                ? of(name, place.longValue())
                : null;
    }

    @Override
    public int compareTo(MySqlLogPosition other) {
        return file != other.file ? Long.compare(file, other.file) : Long.compare(place, other.place);
    }

    @Override
    public String toString() {
        return name + ":" + place;
    }
}
