package io.bactrian.engines.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MySqlGrantsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GRANT SELECT, RELOAD ON *.* TO `u`@`%` | SELECT | true",
        "GRANT SELECT, RELOAD ON *.* TO `u`@`%` WITH GRANT OPTION | RELOAD | true", "GRANT SELECT ON *.* TO `u`@`%` | INSERT | false",
        "GRANT ALL PRIVILEGES ON *.* TO `u`@`%` | SELECT | true", "GRANT USAGE ON *.* TO `u`@`%` | SELECT | false",
        "GRANT SELECT ON `my_store`.* TO `u`@`%` | SELECT | true",
        "GRANT SELECT ON `my\\_store`.* TO `u`@`%` | SELECT | true", "GRANT SELECT ON `my\\_stor`.* TO `u`@`%` | SELECT | false",
        "GRANT SELECT ON `m__store`.* TO `u`@`%` | SELECT | true", "GRANT SELECT ON `my%`.* TO `u`@`%` | SELECT | true",
        "GRANT SELECT ON `%store`.* TO `u`@`%` | SELECT | true", "GRANT SELECT ON `myxstore`.* TO `u`@`%` | SELECT | false",
        "GRANT SELECT ON `my_store`.`orders` TO `u`@`%` | SELECT | false",
        "GRANT SELECT (`a`, `b`), INSERT ON `my_store`.* TO `u`@`%` | SELECT | false",
        "GRANT SELECT (`a`, `b`), INSERT ON `my_store`.* TO `u`@`%` | INSERT | true",
        "GRANT `SELECT`@`%` TO `u`@`%` | SELECT | false"})
    void readsWhatTheServerSays(String line, String right, boolean has) {
        assertThat(new MySqlGrants(List.of(line)).has(right, "my_store")).isEqualTo(has);
    }

    @ParameterizedTest
    @CsvSource({"my_store, false", "other, true"})
    void whatIsTakenAgainIsNotGiven(String database, boolean has) {
        assertThat(new MySqlGrants(List.of("GRANT SELECT ON *.* TO `u`@`%`", "REVOKE SELECT ON `my_store`.* FROM `u`@`%`")).has("SELECT",
                database)).isEqualTo(has);
    }

    @ParameterizedTest
    @CsvSource({"GRANT REPLICATION SLAVE ON *.* TO `u`@`%`, true", "GRANT REPLICATION SLAVE ADMIN ON *.* TO `u`@`%`, false",
        "GRANT SELECT ON `my_store`.* TO `u`@`%`, false"})
    void aRightOnEverythingIsOne(String line, boolean has) {
        assertThat(new MySqlGrants(List.of(line)).has("REPLICATION SLAVE")).isEqualTo(has);
    }
}
