package io.bactrian.engines.sql.models;

import io.bactrian.engines.sql.Placeholders;
import io.bactrian.engines.sql.RowLocks;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Keeps the table bactrian_calendar: every day from the first to the end of next year, and which of them have begun
 * (UTC). A day that begins is a change like any other, and so a model can have a row for a day on which nothing
 * happened.
 */
final class Calendar {

    static final String TABLE = "bactrian_calendar";

    private static final int TRIES = 100;
    private static final int COLUMNS = 12;

    private final LocalDate first;
    private final Clock clock;
    private LocalDate done;

    Calendar(LocalDate first, Clock clock) {
        this.first = first;
        this.clock = clock;
    }

    /**
     * Adds the days that lack and lets those begin that have begun; refreshes the models that read them. Repeating it
     * is safe.
     */
    void keep(ModelledWarehouse warehouse) throws SQLException {
        LocalDate today = LocalDate.now(clock.withZone(ZoneOffset.UTC));
        // Each try that fails for a model goes on without that one.
        for (int tries = 0; !today.equals(done) && tries < TRIES; tries++) {
            keep(warehouse, today);
        }
    }

    private void keep(ModelledWarehouse warehouse, LocalDate today) throws SQLException {
        try (Connection connection = warehouse.connect()) {
            connection.setAutoCommit(false);
            try {
                // Alone, else two instances would add the same days.
                ModelBook.closeGate(connection, warehouse.dialect().locks());
                ModelRefresh models = new ModelRefresh(connection, warehouse.dialect(), warehouse.models().lock(connection));
                addDays(connection, models, today);
                begin(connection, warehouse.dialect().locks(), models, today);
                models.refresh();
                connection.commit();
                done = today;
            } catch (ModelRefresh.ModelFault e) {
                connection.rollback();
                warehouse.suspend(e);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private void addDays(Connection connection, ModelRefresh models, LocalDate today) throws SQLException {
        LocalDate next = first;
        LocalDate earliest = null;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select cast(min(day) as char(10)), cast(max(day) as char(10)) from " + TABLE)) {
            if (row.next() && row.getString(1) != null) {
                earliest = LocalDate.parse(row.getString(1));
                next = LocalDate.parse(row.getString(2)).plusDays(1);
            }
        }
        List<LocalDate> missing = new ArrayList<>();
        if (earliest != null) {
            first.datesUntil(earliest.isAfter(first) ? earliest : first).forEach(missing::add);
        }
        for (LocalDate day = next; day.getYear() <= today.getYear() + 1; day = day.plusDays(1)) {
            missing.add(day);
        }
        if (missing.isEmpty()) {
            return;
        }
        models.everythingIn(TABLE);
        for (int from = 0; from < missing.size(); from += 500) {
            List<LocalDate> some = missing.subList(from, Math.min(missing.size(), from + 500));
            try (PreparedStatement insert = connection
                    .prepareStatement("insert into " + TABLE + " (day, year, quarter, month, month_name, day_of_month,"
                            + " day_of_week, day_name, iso_year, iso_week, is_weekend, begun) values "
                            + Placeholders.rows(COLUMNS, some.size()))) {
                int place = 1;
                for (LocalDate day : some) {
                    DayOfWeek weekday = day.getDayOfWeek();
                    insert.setString(place++, day.toString());
                    insert.setInt(place++, day.getYear());
                    insert.setInt(place++, day.get(IsoFields.QUARTER_OF_YEAR));
                    insert.setInt(place++, day.getMonthValue());
                    insert.setString(place++, day.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
                    insert.setInt(place++, day.getDayOfMonth());
                    insert.setInt(place++, weekday.getValue());
                    insert.setString(place++, weekday.getDisplayName(TextStyle.FULL, Locale.ENGLISH));
                    insert.setInt(place++, day.get(IsoFields.WEEK_BASED_YEAR));
                    insert.setInt(place++, day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
                    insert.setInt(place++, weekday.getValue() > 5 ? 1 : 0);
                    insert.setInt(place++, 0);
                }
                insert.executeUpdate();
            }
        }
    }

    private static void begin(Connection connection, RowLocks locks, ModelRefresh models, LocalDate today) throws SQLException {
        List<List<Object>> days = new ArrayList<>();
        try (PreparedStatement select = connection
                .prepareStatement(locks.alone("select day from " + TABLE + " where begun=0 and day<=?"))) {
            select.setString(1, today.toString());
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    days.add(List.of(found.getString(1)));
                }
            }
        }
        if (!days.isEmpty()) {
            models.before(TABLE, List.of("day"), days, false);
            try (PreparedStatement update = connection.prepareStatement("update " + TABLE + " set begun=1 where begun=0 and day<=?")) {
                update.setString(1, today.toString());
                update.executeUpdate();
            }
        }
    }
}
