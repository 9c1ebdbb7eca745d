package io.bactrian.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/settings.md is written from the settings' descriptors; a stale page fails here. */
class SettingsPageTest {

    private static final Path PAGE = Path.of("docs", "settings.md");

    @Test
    void saysWhatTheDescriptorsSay() throws Exception {
        String expected = page();
        if (Boolean.getBoolean("bactrian.write-pages")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE)).as("to write it anew: mvn test -Dtest=SettingsPageTest -Dbactrian.write-pages=true")
                .isEqualTo(expected);
    }

    private static String page() {
        StringBuilder page = new StringBuilder(
                """
                        # Settings

                        In `application.properties`, or from the environment, which is stronger: `bactrian.source.shop.server-id` is
                        `BACTRIAN_SOURCE_SHOP_SERVER_ID`. An unknown setting is an error. Any of them can be used in routes: \
                        `{{bactrian.source.shop.host}}`.

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

                        Variables of the environment that are no settings: `BACTRIAN_HOME` (where the demo keeps its \
                        servers, default `.bactrian`),
                        `BACTRIAN_MYSQLD` and `BACTRIAN_POSTGRES` (the `mysqld` and `postgres` that it uses), \
                        `BACTRIAN_JAVA_OPTS` (options for the JVM).
                        """);
        return page.toString();
    }
}
