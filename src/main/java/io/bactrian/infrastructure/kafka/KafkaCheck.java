package io.bactrian.infrastructure.kafka;

import io.bactrian.application.Finding;
import io.bactrian.application.Findings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** Whether a Kafka cluster can hold the changes, and lets them be written in transactions. Makes nothing. */
public final class KafkaCheck {

    private static final int ANSWER_SECONDS = 10;
    private static final long A_DAY = 86_400_000L;
    private static final int A_WEEK_OF_MINUTES = 10_080;
    private static final String SCHEMA_HISTORIES = "bactrian.schema-history.";

    private final KafkaSettings settings;
    private final Set<String> sources;
    /** The names of topics of ours that are not a source's: brokers may be shared with other installations. */
    private final Set<String> own = new TreeSet<>(Set.of(KafkaSettings.OFFSETS_TOPIC));
    private final PassedOn passedOn;
    private final Findings findings = new Findings("kafka");

    /**
     * Topics in which pipelines pass on.
     *
     * @param read those that routes read, each with the pipelines that do
     * @param written those that routes end in
     * @param pipelines that end in topics
     */
    public record PassedOn(Map<String, Set<String>> read, Set<String> written, Set<String> pipelines) {
    }

    private KafkaCheck(KafkaSettings settings, Set<String> sources, Set<String> pipelines, PassedOn passedOn) {
        this.settings = settings;
        this.sources = sources;
        sources.forEach(source -> own.add(SCHEMA_HISTORIES + source));
        pipelines.forEach(pipeline -> own.add(KafkaSettings.deadLetterTopic(pipeline)));
        this.passedOn = passedOn;
    }

    /** @param sources names of the sources, which their topics begin with */
    public static List<Finding> look(KafkaSettings settings, Set<String> sources, Set<String> pipelines, PassedOn passedOn) {
        KafkaCheck check = new KafkaCheck(settings, sources, pipelines, passedOn);
        check.look();
        return check.findings.all();
    }

    private void look() {
        Properties properties = settings.client();
        properties.setProperty("default.api.timeout.ms", Integer.toString(ANSWER_SECONDS * 1000));
        properties.setProperty("request.timeout.ms", Integer.toString(ANSWER_SECONDS * 1000));
        try (Admin admin = Admin.create(properties)) {
            Collection<Node> brokers = await(admin.describeCluster().nodes());
            findings.ok(Findings.count(brokers.size(), "broker") + " at " + settings.bootstrapServers());
            brokers(admin, brokers);
            newTopic(admin);
            topics(admin);
        } catch (NoAnswerException e) {
            findings.fault("Kafka at " + settings.bootstrapServers() + ": " + e.getMessage(), "no change can be written or read",
                    "is it running, and can this host reach the brokers, also by the names that they give themselves "
                            + "(advertised.listeners)? Else set bactrian.kafka.bootstrap-servers");
        } catch (KafkaException e) {
            findings.fault("Kafka at " + settings.bootstrapServers() + ": " + reason(e), "no change can be written or read",
                    "set bactrian.kafka.bootstrap-servers to brokers that exist");
        }
    }

    private static String reason(Throwable e) {
        return e.getCause() != null && e.getCause().getMessage() != null ? e.getCause().getMessage() : e.getMessage();
    }

    private static final class NoAnswerException extends RuntimeException {
        NoAnswerException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(ANSWER_SECONDS + 1, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw new NoAnswerException("no answer within " + ANSWER_SECONDS + " s", e);
            }
            throw new KafkaException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new NoAnswerException("no answer within " + ANSWER_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking Kafka", e);
        }
    }

    private void brokers(Admin admin, Collection<Node> brokers) {
        int count = brokers.size();
        if (settings.replication() > count) {
            findings.fault(
                    "bactrian.kafka.replication is " + settings.replication() + ", and there "
                            + (count == 1 ? "is 1 broker" : "are " + count + " brokers"),
                    "no topic can be created",
                    "set bactrian.kafka.replication=" + count + ", or start more brokers");
        } else if (settings.replication() == 1 && count > 1) {
            findings.warning("bactrian.kafka.replication is 1, with " + count + " brokers",
                    "when the broker of a partition is lost, so are its changes", "set bactrian.kafka.replication=" + Math.min(3, count)
                            + "; it counts for topics that are created from then on");
        }
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, brokers.iterator().next().idString());
        Config config = await(admin.describeConfigs(List.of(broker)).all()).get(broker);
        int together = number(config, "min.insync.replicas", 1);
        if (together > settings.replication()) {
            findings.fault("min.insync.replicas is " + together + ", and bactrian.kafka.replication is " + settings.replication(),
                    "every write to Bactrian's topics is rejected",
                    "set bactrian.kafka.replication to " + together + " or more, or min.insync.replicas on the brokers to "
                            + settings.replication() + " or less");
        }
        copies(config, count, "transaction.state.log.replication.factor", "no transaction can begin, so no change is ever written");
        copies(config, count, "transaction.state.log.min.isr", "no transaction can begin, so no change is ever written");
        offsets(config);
        copies(config, count, "offsets.topic.replication.factor", "no pipeline can join its consumer group");
        int longest = number(config, "transaction.max.timeout.ms", Integer.MAX_VALUE);
        if (longest < 120_000) {
            findings.fault("transaction.max.timeout.ms is " + longest + "; expected 120000 or more",
                    "the capture's transactions are rejected",
                    "set transaction.max.timeout.ms=900000 on the brokers, which is Kafka's default");
        }
        int request = number(config, "socket.request.max.bytes", Integer.MAX_VALUE);
        if (request < KafkaSettings.LARGEST_RECORD) {
            findings.fault("socket.request.max.bytes is " + request + "; expected " + KafkaSettings.LARGEST_RECORD + " or more",
                    "the broker hangs up on the first large row, again and again",
                    "set socket.request.max.bytes=104857600 on the brokers, which is Kafka's default");
        }
        int message = number(config, "message.max.bytes", Integer.MAX_VALUE);
        if (message < KafkaSettings.LARGEST_RECORD) {
            findings.warning("message.max.bytes is " + message + "; expected " + KafkaSettings.LARGEST_RECORD + " or more",
                    "topics that Bactrian creates have a limit of their own; one that others create, and the schema "
                            + "history, take no record that is larger: the capture stands still at it",
                    "kafka-configs.sh --bootstrap-server " + settings.bootstrapServers()
                            + " --alter --entity-type brokers --entity-default --add-config message.max.bytes="
                            + KafkaSettings.LARGEST_RECORD);
        }
    }

    private void copies(Config config, int brokers, String key, String consequence) {
        int copies = number(config, key, 1);
        if (copies > brokers) {
            findings.fault(key + " is " + copies + ", and there " + (brokers == 1 ? "is 1 broker" : "are " + brokers + " brokers"),
                    consequence,
                    "set " + key + "=" + brokers + " on the brokers and restart them, or start more brokers");
        }
    }

    private static int number(Config config, String key, int otherwise) {
        ConfigEntry entry = config.get(key);
        return entry == null || entry.value() == null ? otherwise : Integer.parseInt(entry.value());
    }

    /** The broker says whether it would make a topic as we make them: rights, policies, limits. */
    private void newTopic(Admin admin) {
        String name = "bactrian.check";
        NewTopic topic = new NewTopic(name, Optional.of(settings.partitions()), Optional.of(settings.replication()))
                .configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(KafkaSettings.LARGEST_RECORD)));
        try {
            await(admin.createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(true)).all());
            findings.ok("topics can be created with " + settings.partitions() + " partitions, " + settings.replication()
                    + (settings.replication() == 1 ? " copy" : " copies")
                    + " and records of up to " + (KafkaSettings.LARGEST_RECORD >> 20) + " MiB");
        } catch (KafkaException e) {
            findings.fault("the broker would not create a topic as Bactrian creates them: " + reason(e),
                    "a table's first change cannot be written",
                    "let this client make topics with max.message.bytes=" + KafkaSettings.LARGEST_RECORD + ", or make them yourself");
        }
    }

    private void topics(Admin admin) {
        Set<String> ours = new TreeSet<>(await(admin.listTopics().names()));
        passedOn(ours);
        ours.removeIf(name -> !isOurs(name));
        if (ours.isEmpty()) {
            return;
        }
        Map<String, TopicDescription> described = await(admin.describeTopics(ours).allTopicNames());
        Map<String, Config> configs = new TreeMap<>();
        await(admin.describeConfigs(ours.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList()).all())
                .forEach((resource, config) -> configs.put(resource.name(), config));
        small(configs);
        tables(described, configs);
        changes(configs);
    }

    private void passedOn(Set<String> there) {
        passedOn.read().forEach((topic, pipelines) -> {
            if (!passedOn.written().contains(topic) && !there.contains(topic)) {
                findings.warning(
                        "change:topic:" + topic + " is read by " + (pipelines.size() == 1 ? "pipeline " : "the pipelines ")
                                + String.join(", ", pipelines)
                                + "; no route here ends in topic:" + topic + ", and Kafka has no such topic",
                        "nothing arrives there until somebody passes something on",
                        passedOn.written().isEmpty()
                                ? "write the route that ends in it, or fix the name"
                                : "fix the name, or write the route that ends in it; routes here end in " + passedOn.written());
            }
        });
    }

    /** There the committed offsets are the watermarks. */
    private void offsets(Config broker) {
        int minutes = number(broker, "offsets.retention.minutes", Integer.MAX_VALUE);
        if (!passedOn.pipelines().isEmpty() && minutes < A_WEEK_OF_MINUTES) {
            findings.warning("offsets.retention.minutes is " + minutes + "; expected " + A_WEEK_OF_MINUTES + " or more",
                    "when a pipeline that ends in topics (" + String.join(", ", passedOn.pipelines())
                            + ") has been stopped for longer, Kafka has forgotten how far it had come, and it stands "
                            + "still until a person says",
                    "set offsets.retention.minutes=" + A_WEEK_OF_MINUTES + " on the brokers, which is Kafka's default, or more");
        }
    }

    private boolean isOurs(String topic) {
        return own.contains(topic) || holdsChanges(topic);
    }

    private boolean holdsChanges(String topic) {
        return passedOn.read().containsKey(topic) || passedOn.written().contains(topic)
                || sources.stream().anyMatch(source -> topic.startsWith(source + "."));
    }

    private void small(Map<String, Config> configs) {
        List<String> small = new ArrayList<>();
        configs.forEach((topic, config) -> {
            if (!topic.startsWith(SCHEMA_HISTORIES)
                    && number(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.MAX_VALUE) < KafkaSettings.LARGEST_RECORD) {
                small.add(topic);
            }
        });
        if (!small.isEmpty()) {
            int limit = number(configs.get(small.get(0)), TopicConfig.MAX_MESSAGE_BYTES_CONFIG, 0);
            findings.fault("max.message.bytes of " + Findings.some(small) + " is " + limit + "; expected " + KafkaSettings.LARGEST_RECORD,
                    "the capture stands still at the first row that is larger",
                    small.stream().limit(5)
                            .map(topic -> alter(topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG + "=" + KafkaSettings.LARGEST_RECORD))
                            .collect(Collectors.joining(" ; ")));
        }
    }

    private String alter(String topic, String config) {
        return "kafka-configs.sh --bootstrap-server " + settings.bootstrapServers() + " --alter --entity-type topics --entity-name " + topic
                + " --add-config " + config;
    }

    /** Topics that are read from their beginning, and whose records replace each other. */
    private void tables(Map<String, TopicDescription> described, Map<String, Config> configs) {
        configs.forEach((topic, config) -> {
            if (topic.equals(KafkaSettings.OFFSETS_TOPIC) || topic.startsWith("bactrian.dead-letters.")) {
                if (!config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value().equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                    findings.fault(
                            "cleanup.policy of " + topic + " is " + config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value()
                                    + "; expected compact",
                            topic.equals(KafkaSettings.OFFSETS_TOPIC)
                                    ? "the sources' positions are lost when they are old: everything must be read again"
                                    : "dead letters are lost when they are old",
                            alter(topic, "cleanup.policy=compact"));
                }
                int partitions = described.get(topic).partitions().size();
                if (partitions != 1) {
                    findings.fault(topic + " has " + partitions + " partitions; expected 1", "what is in the others is not read",
                            "stop Bactrian, copy what is needed, delete the topic and let it be created again");
                }
            }
        });
    }

    private void changes(Map<String, Config> configs) {
        List<String> compacted = new ArrayList<>();
        List<String> shortLived = new ArrayList<>();
        long shortest = Long.MAX_VALUE;
        for (Map.Entry<String, Config> topic : configs.entrySet()) {
            if (holdsChanges(topic.getKey())) {
                if (topic.getValue().get(TopicConfig.CLEANUP_POLICY_CONFIG).value().contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                    compacted.add(topic.getKey());
                }
                long retention = Long.parseLong(topic.getValue().get(TopicConfig.RETENTION_MS_CONFIG).value());
                if (retention >= 0 && retention < A_DAY) {
                    shortLived.add(topic.getKey());
                    shortest = Math.min(shortest, retention);
                }
            }
        }
        if (!compacted.isEmpty()) {
            findings.fault("cleanup.policy of " + Findings.some(compacted) + " is compact; expected delete",
                    "changes that the warehouse has not had are thrown away, and histories and sums miss them",
                    compacted.stream().limit(5).map(topic -> alter(topic, "cleanup.policy=delete")).collect(Collectors.joining(" ; ")));
        }
        if (!shortLived.isEmpty()) {
            findings.warning(
                    "retention.ms of " + Findings.some(shortLived) + " is " + shortest + "; expected a day (" + A_DAY + ") or more",
                    "a warehouse that is away for longer needs bactrian reread",
                    shortLived.stream().limit(5).map(topic -> alter(topic, "retention.ms=604800000")).collect(Collectors.joining(" ; ")));
        }
    }
}
