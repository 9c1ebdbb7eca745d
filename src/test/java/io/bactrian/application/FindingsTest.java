package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Finding.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {

    @Test
    void keepsWhatIsFoundInOrder() {
        Findings findings = new Findings("source shop");
        findings.ok("it answers");
        findings.warning("binlogs go after a day", "an outage of two days loses changes", "set binlog_expire_logs_seconds");
        findings.fault("no binlog", "nothing is captured", "set log_bin");

        assertThat(findings.all()).containsExactly(new Finding(Level.OK, "source shop", "it answers", "", ""),
                new Finding(Level.WARNING, "source shop", "binlogs go after a day", "an outage of two days loses changes",
                        "set binlog_expire_logs_seconds"),
                new Finding(Level.FAULT, "source shop", "no binlog", "nothing is captured", "set log_bin"));
    }

    @Test
    void countsAsPeopleDo() {
        assertThat(Findings.count(0, "table")).isEqualTo("no tables");
        assertThat(Findings.count(1, "table")).isEqualTo("1 table");
        assertThat(Findings.count(2, "table")).isEqualTo("2 tables");
    }

    @Test
    void namesFiveAndSaysHowManyMoreThereAre() {
        assertThat(Findings.some(List.of())).isEmpty();
        assertThat(Findings.some(List.of("a", "b"))).isEqualTo("a, b");
        assertThat(Findings.some(List.of("a", "b", "c", "d", "e"))).isEqualTo("a, b, c, d, e");
        assertThat(Findings.some(List.of("a", "b", "c", "d", "e", "f", "g"))).isEqualTo("a, b, c, d, e and 2 more");
    }
}
