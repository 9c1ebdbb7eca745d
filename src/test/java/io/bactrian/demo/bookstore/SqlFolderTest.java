package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlFolderTest {

    @TempDir
    private Path folder;

    @Test
    void readsTheStatementsOfAllFilesInTheOrderOfTheirNames() throws IOException {
        Files.writeString(folder.resolve("b.sql"), "CREATE TABLE b (\n  x INT\n);\n");
        Files.writeString(folder.resolve("a.sql"), "-- not; this\n\nCREATE DATABASE a;\n  -- nor this;\nSELECT 'one; two'\nFROM a;\n");
        Files.writeString(folder.resolve("notes.txt"), "DROP DATABASE a;\n");

        assertThat(new SqlFolder(folder).statements())
                .containsExactly("CREATE DATABASE a", "SELECT 'one; two'\nFROM a", "CREATE TABLE b (\n  x INT\n)");
    }

    @Test
    void aStatementWithoutItsSemicolonIsNamed() throws IOException {
        Files.writeString(folder.resolve("a.sql"), "SELECT 1;\nSELECT 2\n");

        assertThatThrownBy(() -> new SqlFolder(folder).statements()).hasMessageContaining("a.sql").hasMessageContaining("SELECT 2");
    }

    @Test
    void anEmptyFolderIsAnErrorThatTellsTheWayOut() {
        assertThatThrownBy(() -> new SqlFolder(folder).statements()).hasMessageContaining(folder.toString())
                .hasMessageContaining("Restore sql/source");
    }

    @Test
    void theShippedFilesSayWhyRepeatingThemIsSafeAndOnlyEverCreateWhatIsNotThere() throws IOException {
        Path shipped = SqlFolder.usual().path();
        for (String file : List.of("store.sql", "shipping.sql")) {
            assertThat(Files.readString(shipped.resolve(file))).startsWith("-- ").contains("Repeating it is safe");
        }
        assertThat(new SqlFolder(shipped).statements()).hasSize(2 + Bookstore.TABLES.size())
                .allMatch(sql -> sql.startsWith("CREATE DATABASE IF NOT EXISTS ") || sql.startsWith("CREATE TABLE IF NOT EXISTS "));
    }

    @Test
    void theShippedFilesHaveNoCascadesWhichTheBinaryLogMayNotShow() {
        assertThat(new SqlFolder(SqlFolder.usual().path()).statements()).noneMatch(sql -> sql.contains("CASCADE"));
    }

    @Test
    void theShippedFilesMakeTheTablesThatTheBookstoreSaysItHas() {
        List<String> statements = new SqlFolder(SqlFolder.usual().path()).statements();

        assertThat(Bookstore.TABLES).allMatch(table -> statements.stream()
                .anyMatch(sql -> sql.startsWith("CREATE TABLE IF NOT EXISTS " + table + " (") && sql.contains("PRIMARY KEY")));
    }
}
