package io.bactrian.engines.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MySqlVersionTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))                           | 9.7.4             | true
            mysqld  Ver 8.0.46-0ubuntu0.24.04.1 for Linux on x86_64 ((Ubuntu))           | 8.0.46            | true
            mysqld  Ver 8.0.36-28 for Linux on x86_64 (Percona Server (GPL), Release 28) | 8.0.36            | true
            mysqld  Ver 8.0.19 for Linux on x86_64 (MySQL Community Server - GPL)        | 8.0.19            | true
            mysqld  Ver 8.0.18 for Linux on x86_64 (MySQL Community Server - GPL)        | 8.0.18            | false
            mysqld  Ver 5.7.44 for Linux on x86_64 (MySQL Community Server (GPL))        | 5.7.44            | false
            8.0.18-debug                                                                 | 8.0.18            | false
            8.0.19                                                                       | 8.0.19            | true
            9.7.4-2                                                                      | 9.7.4             | true
            10.11.11-MariaDB-0+deb12u1                                                   | 10.11.11 (MariaDB) | false
            mysqld  Ver 10.11.11-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64        | 10.11.11 (MariaDB) | false
            """)
    void readsWhatAServerSaysAndKnowsWhetherItSuits(String output, String version, boolean suits) {
        assertThat(MySqlVersion.in(output)).hasValueSatisfying(found -> {
            assertThat(found).hasToString(version);
            assertThat(found.suits()).isEqualTo(suits);
        });
    }

    @Test
    void findsNoVersionWhereThereIsNone() {
        assertThat(MySqlVersion.in("mysqld: command not found")).isEmpty();
    }
}
