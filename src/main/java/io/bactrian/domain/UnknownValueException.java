package io.bactrian.domain;

/** Somebody needs a value that the source did not send with the change. */
public final class UnknownValueException extends RuntimeException {

    public UnknownValueException(String column) {
        super("the value of column '" + column
                + "' is needed here, and the source did not send it: PostgreSQL leaves out a large value that an update "
                + "did not change, and of the row before all but its key, unless the table has the replica identity "
                + "FULL. Have an administrator run "
                + "ALTER TABLE … REPLICA IDENTITY FULL there; changes from then on are whole. This one can be "
                + "discarded once the row has changed again");
    }
}
