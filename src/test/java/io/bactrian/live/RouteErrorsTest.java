package io.bactrian.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Image;
import io.bactrian.domain.Row;
import io.bactrian.settings.Settings;
import io.bactrian.testing.Given;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of a failure: the shared routes/errors.camel.yaml and the examples of docs/writing-routes.md, as they
 * are shipped.
 */
class RouteErrorsTest {

    private static final Image BOOK = Given.image(Given.schema("book_id int64, price decimal(10,2)", "book_id"), 7L,
            new java.math.BigDecimal("9.50"));

    @TempDir
    private Path folder;

    private final Prices prices = new Prices();
    private final List<String> handled = new ArrayList<>();
    private RowRouteContext context;

    /** The service that the examples ask: fails as often as it is told to. */
    private static final class Prices implements Processor {
        private final AtomicInteger asked = new AtomicInteger();
        private int failures;
        private Exception failure;

        void fails(int times, Exception how) {
            failures = times;
            failure = how;
        }

        @Override
        public void process(Exchange exchange) throws Exception {
            if (asked.incrementAndGet() <= failures) {
                throw failure;
            }
        }
    }

    @BeforeEach
    void shareTheShippedErrors() throws IOException {
        Files.createDirectories(folder.resolve("bookstore"));
        Files.copy(Path.of("routes", "errors.camel.yaml"), folder.resolve("errors.camel.yaml"));
    }

    @AfterEach
    void stop() {
        if (context != null) {
            context.close();
        }
    }

    /** The example of the page whose file has this name. */
    private RowRoute example(String name) throws IOException {
        Matcher block = Pattern.compile("```yaml\n# routes/bookstore/" + name + "\\.camel\\.yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs", "writing-routes.md")));
        assertThat(block.find()).as("an example " + name + " in docs/writing-routes.md").isTrue();
        Files.writeString(folder.resolve("bookstore").resolve(name + ".camel.yaml"), block.group(1));
        Settings settings = Settings.loadWithoutServers(Path.of("no-such.properties"), Map.of())
                .with(Map.of("bactrian.routes", folder.toString()));
        context = new RowRouteContext(settings, RowRouteContext.Part.ROWS, "errors", handled::add);
        context.bind("prices", prices);
        context.start(new SourceCatalog(Map.of("store", "shop")));
        return context.routes().of("bookstore", "shop.store.books").get(0);
    }

    private List<String> targets(RowRoute route) throws Exception {
        return route.process(Given.insert(BOOK)).stream().map(Row::target).map(target -> target.table()).toList();
    }

    static List<Exception> failuresThatMayPass() {
        return List.of(new IOException("reset"), new SocketTimeoutException("slow"), new SQLTransientConnectionException("away"),
                new java.sql.SQLRecoverableException("gone"), new TimeoutException("late"));
    }

    @ParameterizedTest
    @MethodSource("failuresThatMayPass")
    void whatMayPassIsTriedAgainAndGetsThrough(Exception failure) throws Exception {
        prices.fails(2, failure);

        assertThat(targets(example("prices"))).containsExactly("book_prices");
        assertThat(prices.asked).hasValue(3);
        assertThat(handled).isEmpty();
    }

    @Test
    void whatDoesNotPassIsTheDeadLettersReasonAfterThreeMoreTries() throws Exception {
        prices.fails(100, new IOException("connection reset by prices.example.org"));
        RowRoute route = example("prices");

        assertThatThrownBy(() -> targets(route)).isInstanceOf(IOException.class).hasMessage("connection reset by prices.example.org");
        assertThat(prices.asked).hasValue(4);
    }

    @Test
    void anythingElseIsADeadLetterAtOnce() throws Exception {
        prices.fails(100, new IllegalArgumentException("no price of book 7"));
        RowRoute route = example("prices");

        assertThatThrownBy(() -> targets(route)).isInstanceOf(IllegalArgumentException.class).hasMessage("no price of book 7");
        assertThat(prices.asked).hasValue(1);
    }

    @Test
    void aRoutesOwnOnExceptionComesBeforeTheShared() throws Exception {
        prices.fails(5, new IOException("reset"));

        assertThat(targets(example("prices-patient"))).containsExactly("book_prices");
        assertThat(prices.asked).hasValue(6);
    }

    @Test
    void whatTheRoutesOwnDoesNotNameIsLeftToTheShared() throws Exception {
        prices.fails(2, new TimeoutException("late"));

        assertThat(targets(example("prices-patient"))).containsExactly("book_prices");
        assertThat(prices.asked).hasValue(3);
    }

    @Test
    void aRouteMayHandleAFailureWithARowElsewhere() throws Exception {
        prices.fails(1, new IllegalArgumentException("no price of book 7"));

        assertThat(targets(example("prices-handled"))).containsExactly("books_without_price");
        assertThat(prices.asked).hasValue(1);
        assertThat(handled).containsExactly("bookstore");
    }

    @Test
    void whatIsHandledWithoutARowIsCountedStill() throws Exception {
        prices.fails(1, new IllegalArgumentException("no price of book 7"));

        assertThat(targets(example("prices-skipped"))).isEmpty();
        assertThat(handled).containsExactly("bookstore");
    }

    @Test
    void withoutTheSharedFileAFailureIsADeadLetterAtOnce() throws Exception {
        Files.delete(folder.resolve("errors.camel.yaml"));
        prices.fails(1, new IOException("reset"));
        RowRoute route = example("prices");

        assertThatThrownBy(() -> targets(route)).isInstanceOf(IOException.class);
        assertThat(prices.asked).hasValue(1);
    }
}
