package io.bactrian.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.SourceCatalog;
import io.bactrian.settings.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.component.debezium.DebeziumEndpoint;
import org.junit.jupiter.api.Test;

/** The shipped captures: settings alone say whether the store is in the shop's MySQL or in a PostgreSQL of its own. */
class StoreCaptureTest {

    @Test
    void theShopsMySqlIsAllThatIsCapturedAsTheSettingsAreShipped() {
        assertThat(captured(Map.of())).containsOnlyKeys("shop");
    }

    @Test
    void aStoreInPostgresIsCapturedBesideTheShop() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("bactrian.source.shop.databases", "shipping");
        settings.put("bactrian.source.store.kind", "postgres");
        settings.put("bactrian.source.store.host", "store.example.org");
        settings.put("bactrian.source.store.port", "5433");
        settings.put("bactrian.source.store.database", "bookstore");
        settings.put("bactrian.source.store.user", "reader");
        settings.put("bactrian.source.store.password", "s3cr&t=#+%/?");
        settings.put("bactrian.source.store.databases", "store");

        Map<String, Properties> captured = captured(settings);

        assertThat(captured).containsOnlyKeys("shop", "store");
        assertThat(captured.get("shop")).containsEntry("database.include.list", "shipping");
        assertThat(captured.get("store")).containsEntry("connector.class", "io.debezium.connector.postgresql.PostgresConnector")
                .containsEntry("database.hostname", "store.example.org").containsEntry("database.port", "5433")
                .containsEntry("database.dbname", "bookstore")
                .containsEntry("database.user", "reader").containsEntry("database.password", "s3cr&t=#+%/?")
                .containsEntry("schema.include.list", "store");
    }

    /** What each capture route asks Debezium for, by topic prefix. */
    private static Map<String, Properties> captured(Map<String, String> others) {
        Map<String, String> given = new LinkedHashMap<>(
                Map.of("bactrian.source.shop.password", "shop", "bactrian.warehouse.main.password", "warehouse"));
        given.putAll(others);
        Settings settings = Settings.load(Path.of("application.properties"), Map.of(), given);
        Map<String, Properties> captured = new TreeMap<>();
        try (RowRouteContext context = new RowRouteContext(settings, RowRouteContext.Part.CAPTURE, "captures", pipeline -> {
        })) {
            context.onlyTry();
            context.start(new SourceCatalog(settings.sourceOfDatabase()));
            context.camel().getEndpoints().forEach(endpoint -> {
                if (endpoint instanceof DebeziumEndpoint<?> debezium) {
                    Properties properties = debezium.getConfiguration().createDebeziumConfiguration().asProperties();
                    captured.put(properties.getProperty("topic.prefix"), properties);
                }
            });
        }
        return captured;
    }
}
