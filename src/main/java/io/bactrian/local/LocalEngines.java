package io.bactrian.local;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The engines that have servers of their own on this machine. */
public final class LocalEngines {

    /** The one that the demo and golden cases take if nobody says otherwise. */
    public static final String USUAL = "mysql";

    private static final List<LocalEngine> ALL = ServiceLoader.load(LocalEngine.class).stream().map(ServiceLoader.Provider::get).sorted()
            .toList();

    private LocalEngines() {
    }

    public static Optional<LocalEngine> named(String name) {
        return ALL.stream().filter(engine -> engine.name().equals(name)).findFirst();
    }

    /** The one whose server a JDBC URL leads to. */
    public static Optional<LocalEngine> of(String jdbcUrl) {
        return ALL.stream().filter(engine -> engine.serves(jdbcUrl)).findFirst();
    }

    public static LocalEngine usual() {
        return named(USUAL).orElseThrow();
    }

    public static List<LocalEngine> all() {
        return ALL;
    }

    public static List<LocalEngine> withStore() {
        return ALL.stream().filter(engine -> engine.store().isPresent()).toList();
    }

    private abstract static class Option implements ITypeConverter<LocalEngine>, Iterable<String> {

        private final List<LocalEngine> known;

        private Option(List<LocalEngine> known) {
            this.known = known;
        }

        @Override
        public LocalEngine convert(String name) {
            return known.stream().filter(engine -> engine.name().equals(name)).findFirst().orElseThrow(() -> new TypeConversionException(
                    "expected one of " + known.stream().map(LocalEngine::name).toList() + " but was '" + name + "'"));
        }

        /** For the help. */
        @Override
        public Iterator<String> iterator() {
            return known.stream().map(LocalEngine::name).iterator();
        }
    }

    /** An engine on the command line. */
    public static final class Any extends Option {
        public Any() {
            super(all());
        }
    }

    /** One that the bookstore can live on. */
    public static final class WithStore extends Option {
        public WithStore() {
            super(withStore());
        }
    }
}
