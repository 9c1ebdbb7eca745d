package io.bactrian.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/settings.md is generated from the settings' descriptors; a stale page fails here. */
class SettingsPageTest {

    private static final Path PAGE = Path.of("docs", "settings.md");

    @Test
    void saysWhatTheDescriptorsSay() throws Exception {
        String expected = page();
        if (Boolean.getBoolean("bactrian.write-pages")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE)).as("to write it again: mvn test -Dtest=SettingsPageTest -Dbactrian.write-pages=true")
                .isEqualTo(expected);
    }

    private static String page() {
        StringBuilder page = new StringBuilder(
                """
                        # Settings

                        Settings are in `application.properties` or in the environment. The environment wins.
                        `bactrian.source.shop.server-id` is the variable `BACTRIAN_SOURCE_SHOP_SERVER_ID`. An unknown setting is an error.
                        Routes can use any setting: `{{bactrian.source.shop.host}}`.

                        | setting | default | meaning |
                        |---|---|---|
                        """);
        for (Setting setting : Setting.ALL) {
            page.append("| `").append(setting.key()).append("` | ")
                    .append(setting.required() ? "required" : setting.fallback().isEmpty() ? "none" : "`" + setting.fallback() + "`")
                    .append(" | ").append(setting.sentence()).append(setting.secret() ? " (secret)" : "").append(" |\n");
        }
        page.append(
                """

                        Some environment variables are not settings:

                        | variable | meaning |
                        |---|---|
                        | `BACTRIAN_HOME` | where the demo keeps its servers; default `.bactrian` |
                        | `BACTRIAN_MYSQLD`, `BACTRIAN_POSTGRES` | the `mysqld` and the `postgres` that the demo uses |
                        | `BACTRIAN_JAVA_OPTS` | options for the JVM |
                        """);
        return page.toString();
    }
}
