package io.bactrian.engines.sql;

import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides what must be changed of a table that is there, so that it takes a target's rows as they are. Asks nobody and
 * changes nothing.
 */
final class TableFit {

    private final String warehouse;
    private final SqlWords words;

    /** @param warehouse its name, for people */
    TableFit(String warehouse, SqlWords words) {
        this.warehouse = warehouse;
        this.words = words;
    }

    /**
     * What makes the table fit.
     *
     * @param missing columns that it has not
     * @param wider the new type of each column that is too narrow, in the database's words
     */
    record Changes(List<WantedColumn> missing, Map<WantedColumn, String> wider) {
        boolean isNothing() {
            return missing.isEmpty() && wider.isEmpty();
        }
    }

    /** @throws TableFaultException if nothing that Bactrian may do makes it fit */
    Changes changes(TargetDefinition wanted, StoredTable table) throws TableFaultException {
        checkOurs(wanted, table);
        checkKey(wanted, table);
        List<WantedColumn> missing = new ArrayList<>();
        Map<WantedColumn, String> wider = new LinkedHashMap<>();
        for (WantedColumn column : wanted.columns().values()) {
            StoredColumn there = table.column(column.name());
            if (there == null) {
                missing.add(column);
            } else if (there.computed()) {
                throw new TableFaultException(of(wanted) + " works out the column " + column.name()
                        + " by itself, and the route writes it",
                        "Leave the column out in the route, or "
                                + dropAnd(wanted));
            } else if (column.declared() && !fits(there, column)) {
                wider.put(column, widened(wanted, column, there));
            }
        }
        return new Changes(missing, wider);
    }

    private String of(TargetDefinition wanted) {
        return "warehouse " + warehouse + ": table " + wanted.stored();
    }

    /** The way out that is always there. */
    static String dropAnd(TargetDefinition wanted) {
        return "drop the table (" + wanted.drop() + ")";
    }

    private void checkOurs(TargetDefinition wanted, StoredTable table) throws TableFaultException {
        String needed = wanted.target().mode() == Mode.HISTORY ? Target.VERSION : OwnColumns.LOG;
        boolean ours = table.column(OwnColumns.LOG) != null;
        if (!ours || table.column(needed) == null) {
            throw new TableFaultException(of(wanted) + " is there but has no column "
                    + (ours ? needed + ", so it is no history" : OwnColumns.LOG + ", so Bactrian did not make it")
                    + " and does not write to it", "Rename or drop it, or name another target");
        }
    }

    /**
     * A key of other columns would replace rows that have nothing to do with each other, or refuse each row.
     */
    private void checkKey(TargetDefinition wanted, StoredTable table) throws TableFaultException {
        List<String> apart = wanted.apart();
        Optional<UniqueIndex> primary = table.unique().stream().filter(UniqueIndex::primary).findFirst();
        if (apart.isEmpty()) {
            if (wanted.target().bag() && primary.isPresent() && !isOf(primary.get(), List.of(wanted.numbered()))) {
                throw new TableFaultException(of(wanted) + " has " + primary.get()
                        + ", and the route writes a table without a key" + since(wanted) + ": equal rows must be possible",
                        capital(dropAnd(wanted)));
            }
            return;
        }
        Optional<UniqueIndex> own = table.unique().stream().filter(index -> isOf(index, apart)).findFirst();
        if (own.isEmpty()) {
            String has = primary.filter(index -> !isOf(index, List.of(String.valueOf(wanted.numbered())))).or(() -> table.unique().stream()
                    .filter(index -> !index.primary()).findFirst()).map(UniqueIndex::toString).orElse("no primary key");
            throw new TableFaultException(of(wanted) + " has " + has + ", and the route writes it by (" + String.join(", ", apart) + ")"
                    + since(wanted), capital(dropAnd(wanted)));
        }
        for (UniqueIndex index : table.unique()) {
            boolean numbers = index.primary() && wanted.numbered() != null && isOf(index, List.of(wanted.numbered()));
            if (!isOf(index, apart) && !numbers) {
                throw new TableFaultException(of(wanted) + " has " + index + " beside its key (" + String.join(", ", apart)
                        + "). A row that is equal in it would replace another row, or be rejected",
                        "Drop the index ("
                                + index.dropping() + "), and the rows arrive");
            }
        }
    }

    private static String since(TargetDefinition wanted) {
        List<String> sources = wanted.schema().key();
        return wanted.target().key().equals(sources) ? ", as the source's table has it now" : "";
    }

    static String capital(String sentence) {
        return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
    }

    /** Neither the order of an index's columns nor the case of their letters tells rows apart. */
    private static boolean isOf(UniqueIndex index, List<String> columns) {
        return index.whole() && lower(index.columns()).equals(lower(columns));
    }

    private static Set<String> lower(List<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toCollection(HashSet::new));
    }

    private boolean fits(StoredColumn there, WantedColumn column) {
        if (there.words().equals(column.words())) {
            return true;
        }
        // A column that is as a new one would be is good enough: a key has no room for the longest texts.
        return there.faithful() && there.type() != null && (there.exact() || !column.inKey())
                && (there.type().takes(column.type()) || there.type().holds(words.meaning(column.words())));
    }

    private String widened(TargetDefinition wanted, WantedColumn column, StoredColumn there) throws TableFaultException {
        if (there.type() != null) {
            ColumnType fresh = words.meaning(column.words());
            if (fresh.holds(there.type())) {
                return column.words();
            }
            Optional<ColumnType> union = ColumnType.union(there.type(), fresh);
            if (union.isPresent()) {
                String type = words.typeFor(union.get(), column.inKey());
                ColumnType made = words.meaning(type);
                if (made.holds(there.type()) && made.holds(fresh)) {
                    return type;
                }
            }
        }
        throw new TableFaultException(of(wanted) + ": column " + column.name() + " is " + there.words() + ", and the route writes "
                + column.type() + " to it: no type holds the values of both as they are", capital(dropAnd(wanted)));
    }
}
