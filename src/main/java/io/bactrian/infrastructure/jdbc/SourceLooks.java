package io.bactrian.infrastructure.jdbc;

import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.util.List;

/** Many looks at a source's small tables, by one connection. Each sees what is committed by then; a table is {@code database.name}. */
public interface SourceLooks extends AutoCloseable {

    /** The columns and the key, as they are now. */
    TableSchema schema(String table);

    /** All of its rows. */
    List<Image> rows(String table, TableSchema schema);

    @Override
    void close();
}
