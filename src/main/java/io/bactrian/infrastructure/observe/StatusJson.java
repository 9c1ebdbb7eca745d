package io.bactrian.infrastructure.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.bactrian.application.StatusReport.Part;
import io.bactrian.application.StatusReport.Server;
import io.bactrian.application.StatusReport;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The report as JSON, and the three answers of {@code /observe/health} that are cut from it. */
public final class StatusJson {

    private static final ObjectMapper JSON = JsonMapper.builder().addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            // A newer instance may say more than this one knows of.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private StatusJson() {
    }

    /** @param status UP or DOWN @param reason empty when it is UP */
    record Check(String name, String status, String reason, Instant since) {
    }

    record Checked(String status, List<Check> checks) {
        private static Checked of(boolean up, Stream<Check> checks) {
            return new Checked(up ? "UP" : "DOWN", checks.toList());
        }
    }

    public static String write(StatusReport report) {
        return text(withVerdict(report));
    }

    /** Scripts want one word first. */
    private static Map<String, Object> withVerdict(StatusReport report) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("well", report.isWell());
        all.putAll(JSON.convertValue(report, new com.fasterxml.jackson.core.type.TypeReference<LinkedHashMap<String, Object>>() {
        }));
        return all;
    }

    /** @throws IllegalArgumentException when it is no report */
    public static StatusReport read(String text) {
        try {
            StatusReport report = JSON.readValue(text, StatusReport.class);
            if (report == null || report.instance() == null || report.at() == null) {
                throw new IllegalArgumentException("it is JSON, but names no instance");
            }
            return report;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    static String live(StatusReport report) {
        return text(Checked.of(report.live(), liveness(report)));
    }

    static String ready(StatusReport report) {
        return text(Checked.of(report.ready(), readiness(report)));
    }

    static String health(StatusReport report) {
        return text(Checked.of(report.live() && report.ready(), Stream.concat(liveness(report), readiness(report))));
    }

    private static Stream<Check> liveness(StatusReport report) {
        return report.lifeless().isEmpty()
                ? Stream.of(new Check("liveness", "UP", "", null))
                : report.lifeless().stream().map(dead -> new Check("liveness: " + dead.part(), "DOWN", dead.reason(), null));
    }

    private static Stream<Check> readiness(StatusReport report) {
        return Stream.concat(report.parts().stream().map(StatusJson::part), report.servers().stream().map(StatusJson::server));
    }

    private static Check part(Part part) {
        return new Check(part.name(), part.up() ? "UP" : "DOWN", part.reason(), part.since());
    }

    private static Check server(Server server) {
        return new Check(server.name(), server.answers() ? "UP" : "DOWN", server.reason(), server.answeredAt());
    }

    private static String text(Object value) {
        try {
            return JSON.writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report could not be written as JSON: " + e.getMessage(), e);
        }
    }
}
