package io.bactrian.demo.bookstore;

import java.sql.SQLException;

/** The statements of one kind of transaction, without its commit. One that then changes no row does not count. */
interface Transaction {

    /**
     * False: there was nothing to do, because nothing waits for this step or somebody else took it meanwhile; what was
     * done so far is rolled back, and what was taken from a pool is forgotten.
     */
    boolean perform(Session session) throws SQLException;
}
