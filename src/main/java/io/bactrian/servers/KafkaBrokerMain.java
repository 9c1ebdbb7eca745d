package io.bactrian.servers;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A Kafka broker and controller in one, as a process of its own; started by {@link EmbeddedKafka}, told to stop by
 * SIGTERM. Takes the file of the broker's properties; the storage it names is formatted when absent.
 */
public final class KafkaBrokerMain {

    private static final String STORAGE = "log.dirs";

    private KafkaBrokerMain() {
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        Properties properties = read(file);
        Path storage = Path.of(properties.getProperty(STORAGE));
        if (Files.notExists(storage)) {
            format(storage, properties, file);
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop-broker"));
        server.startup();
        server.awaitShutdown();
    }

    /** Under another name first, so that storage with the right name is always wholly formatted. */
    private static void format(Path storage, Properties properties, Path file) throws IOException {
        FileTree whole = new FileTree(storage);
        Path draft = whole.freshDraft();
        Properties forDraft = new Properties();
        forDraft.putAll(properties);
        forDraft.setProperty(STORAGE, draft.toString());
        Path draftFile = file.resolveSibling(file.getFileName() + ".draft");
        try (var out = Files.newBufferedWriter(draftFile)) {
            forDraft.store(out, null);
        }
        String[] command = {"format", "--cluster-id", Uuid.randomUuid().toString(), "--config", draftFile.toString()};
        int code = StorageTool.execute(command, System.out);
        Files.delete(draftFile);
        if (code != 0) {
            throw new IOException("Kafka's storage tool gave up with code " + code + " on " + draft);
        }
        whole.publish(draft);
    }

    private static Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        return properties;
    }
}
