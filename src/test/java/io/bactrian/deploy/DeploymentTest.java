package io.bactrian.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.bactrian.infrastructure.observe.ObserveServer;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * That docker-compose.yml, the Dockerfile, deploy/ and what docs/deployment.md says of them fit each other and the
 * program: every port, file, variable, setting, path and command that they name. Containers are not run here.
 */
class DeploymentTest {

    private static final String HOME = "/opt/bactrian/";
    private static final Map<String, Object> COMPOSE = map(yaml(Path.of("docker-compose.yml")).get(0));
    private static final Map<String, Object> SERVICES = map(COMPOSE.get("services"));
    private static final String DOCKERFILE = text(Path.of("Dockerfile"));

    @TempDir
    private Path folder;

    private static List<Object> yaml(Path file) {
        List<Object> documents = new ArrayList<>();
        new Load(LoadSettings.builder().setLabel(file.toString()).build()).loadAllFromString(text(file)).forEach(documents::add);
        return documents;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return value == null ? List.of() : (List<Object>) value;
    }

    private static Map<String, Object> service(String name) {
        assertThat(SERVICES).containsKey(name);
        return map(SERVICES.get(name));
    }

    private static Map<String, String> environment(String service) {
        Map<String, String> texts = new LinkedHashMap<>();
        map(service(service).get("environment")).forEach((name, value) -> texts.put(name, value.toString()));
        return texts;
    }

    /**
     * As the program would start with those variables over application.properties; every fault of a setting would be
     * thrown.
     */
    private static Settings settings(Map<String, String> environment) {
        return Settings.load(Path.of("application.properties"), environment, Map.of());
    }

    private static Map<String, String> filled(Map<String, String> environment) {
        Map<String, String> filled = new LinkedHashMap<>();
        environment.forEach((name, value) -> filled.put(name, value.replaceAll("\\$\\{(\\w+)[^}]*}", "filled-in-for-$1")));
        return filled;
    }

    @Test
    void hasTwoMySqlServersKafkaAndBactrian() {
        assertThat(SERVICES).containsOnlyKeys("shop", "warehouse", "kafka", "bactrian");
        Properties pom = new Properties();
        Pattern.compile("<([a-z-]+)\\.version>([^<]+)</").matcher(text(Path.of("pom.xml"))).results()
                .forEach(found -> pom.setProperty(found.group(1), found.group(2)));
        assertThat(service("shop")).containsEntry("image", service("warehouse").get("image"));
        assertThat(service("shop").get("image").toString()).matches("mysql:(8\\.4|9\\.\\d+)(\\.\\d+)?");
        assertThat(service("kafka")).containsEntry("image", "apache/kafka:" + pom.getProperty("kafka"));
        assertThat(service("bactrian")).containsEntry("build", ".");
    }

    @Test
    void imagesArePinned() {
        Pattern.compile("(?m)^FROM (\\S+)").matcher(DOCKERFILE).results()
                .forEach(from -> assertThat(from.group(1)).matches("[a-z/-]+:\\d[\\w.-]+"));
        SERVICES.values().forEach(service -> assertThat(map(service).get("image").toString()).matches("[a-z/-]+:(\\d[\\w.-]+|local)"));
    }

    @Test
    void everyVariableOfBactrianIsASettingAndTogetherTheyAreEnough() {
        Map<String, String> environment = filled(environment("bactrian"));
        assertThat(environment.keySet()).allMatch(name -> name.startsWith("BACTRIAN_"));
        Settings settings = settings(environment);
        Map<String, String> mysql = environment("shop");
        assertThat(settings.text("bactrian.source.shop.user")).isEqualTo(mysql.get("MYSQL_USER"));
        assertThat(environment("bactrian").get("BACTRIAN_SOURCE_SHOP_PASSWORD")).isEqualTo(mysql.get("MYSQL_PASSWORD"));
        assertThat(settings.text("bactrian.warehouse.main.user")).isEqualTo(environment("warehouse").get("MYSQL_USER"));
        assertThat(environment("bactrian").get("BACTRIAN_WAREHOUSE_MAIN_PASSWORD"))
                .isEqualTo(environment("warehouse").get("MYSQL_PASSWORD"));
        assertThat(settings.text("bactrian.http.host")).isEqualTo("0.0.0.0");
        // The mask kamelet refuses a shorter one.
        assertThat(settings.text("bactrian.mask.key")).hasSizeGreaterThanOrEqualTo(16);
    }

    @Test
    void aVariableThatIsNoSettingWouldBeSeen() {
        Map<String, String> environment = new LinkedHashMap<>(filled(environment("bactrian")));
        environment.put("BACTRIAN_SOURCE_SHOP_HOTS", "shop");
        assertThat(catchThrowable(() -> settings(environment))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("bactrian.source.shop.hots is no setting");
    }

    @Test
    void hostsAndPortsThatBactrianIsGivenAreThoseOfTheServices() {
        Settings settings = settings(filled(environment("bactrian")));
        String[] kafka = settings.text("bactrian.kafka.bootstrap-servers").split(":");
        Map<String, String> broker = environment(kafka[0]);
        assertThat(broker.get("KAFKA_ADVERTISED_LISTENERS")).isEqualTo("PLAINTEXT://" + String.join(":", kafka));
        assertThat(broker.get("KAFKA_LISTENERS")).contains("PLAINTEXT://:" + kafka[1]);
        assertThat(broker.get("KAFKA_CONTROLLER_QUORUM_VOTERS")).isEqualTo(broker.get("KAFKA_NODE_ID") + "@kafka:9093");
        assertThat(broker.get("KAFKA_LISTENERS")).contains("CONTROLLER://:9093");
        assertThat(list(map(service("kafka").get("healthcheck")).get("test"))).contains(String.join(":", kafka));

        assertThat(settings.text("bactrian.source.shop.host")).isEqualTo("shop");
        assertThat(settings.text("bactrian.source.shop.port")).isEqualTo(inside("shop"));
        assertThat(settings.text("bactrian.warehouse.main.url")).isEqualTo("jdbc:mysql://warehouse:" + inside("warehouse") + "/warehouse");
        assertThat(inside("bactrian")).isEqualTo(settings.text("bactrian.http.port"));
        assertThat(DOCKERFILE).contains("\nEXPOSE " + settings.text("bactrian.http.port") + "\n")
                .contains("\nWORKDIR " + HOME.replaceAll("/$", "") + "\n");
    }

    /** The container's side of the one port that a service opens. */
    private static String inside(String service) {
        String[] port = list(service(service).get("ports")).get(0).toString().split(":");
        assertThat(port).hasSize(3);
        return port[2];
    }

    @Test
    void portsAreOpenToThisMachineOnlyAndDifferent() {
        Set<String> outside = new LinkedHashSet<>();
        SERVICES.forEach((name, service) -> list(map(service).get("ports")).forEach(port -> {
            assertThat(port.toString()).as(name).matches("127\\.0\\.0\\.1:\\d{4,5}:\\d{4,5}");
            assertThat(outside.add(port.toString().split(":")[1])).as("twice: " + port).isTrue();
        }));
        assertThat(outside).hasSize(3);
    }

    @Test
    void everyMountedFileIsThereAndEveryVolumeIsDeclaredAndUsed() {
        Set<String> volumes = new TreeSet<>();
        SERVICES.forEach((name, service) -> list(map(service).get("volumes")).forEach(volume -> {
            String[] parts = volume.toString().split(":");
            if (parts[0].startsWith("./")) {
                assertThat(Path.of(parts[0])).as(name).exists();
                assertThat(parts).as(volume + " is read only").hasSize(3).endsWith("ro");
            } else {
                volumes.add(parts[0]);
            }
        }));
        assertThat(map(COMPOSE.get("volumes")).keySet()).isEqualTo(volumes);
        assertThat(volume("shop", "shop")).isEqualTo("/var/lib/mysql");
        assertThat(volume("warehouse", "warehouse")).isEqualTo("/var/lib/mysql");
        assertThat(volume("kafka", "kafka")).isEqualTo(environment("kafka").get("KAFKA_LOG_DIRS"));
        Settings settings = settings(filled(environment("bactrian")));
        for (String key : List.of("bactrian.routes", "bactrian.warehouse.main.scripts", "bactrian.warehouse.main.models")) {
            Path path = Path.of(settings.text(key));
            assertThat(path).isDirectory();
            assertThat(volume("bactrian", "./" + path.getName(0))).isEqualTo(HOME + path.getName(0));
        }
    }

    private static String volume(String service, String what) {
        return list(service(service).get("volumes")).stream().map(volume -> volume.toString().split(":"))
                .filter(parts -> parts[0].equals(what)).map(parts -> parts[1]).findFirst()
                .orElseThrow(() -> new AssertionError(service + " has no volume " + what));
    }

    @Test
    void theShopIsMadeOfTheShippedSqlInOrder() throws Exception {
        List<String> scripts = list(service("shop").get("volumes")).stream().map(Object::toString)
                .filter(volume -> volume.contains("docker-entrypoint-initdb.d"))
                .sorted((a, b) -> a.split(":")[1].compareTo(b.split(":")[1])).map(volume -> volume.split(":")[0].substring(2)).toList();
        assertThat(scripts).containsExactly("sql/source/store.sql", "sql/source/shipping.sql", "deploy/mysql/shop-grants.sql");
        try (Stream<Path> files = Files.list(Path.of("sql/source"))) {
            assertThat(files.map(Path::toString)).allMatch(scripts::contains);
        }
        String made = text(Path.of("sql/source/store.sql")) + text(Path.of("sql/source/shipping.sql"));
        for (String database : environment("bactrian").get("BACTRIAN_SOURCE_SHOP_DATABASES").split(",")) {
            assertThat(made).contains("CREATE DATABASE IF NOT EXISTS " + database);
        }
    }

    @Test
    void theGrantsAreTheDocumentedOnes() {
        String mysql = text(Path.of("docs/mysql.md")).replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
        String shop = grant("deploy/mysql/shop-grants.sql");
        assertThat(mysql).contains(shop);
        String warehouse = grant("deploy/mysql/warehouse-grants.sql");
        assertThat(mysql).contains("`" + warehouse.substring("grant ".length(), warehouse.indexOf(" on ")) + "`");
        assertThat(text(Path.of("deploy/mysql/warehouse-grants.sql"))).contains("CREATE DATABASE IF NOT EXISTS warehouse ");
    }

    private static String grant(String file) {
        return text(Path.of(file)).lines().filter(line -> line.startsWith("GRANT ")).findFirst().orElseThrow().toLowerCase(Locale.ROOT);
    }

    @Test
    void whatComposeAsksForIsWhatStartMakes() throws Exception {
        Set<String> asked = Pattern.compile("\\$\\{(\\w+)").matcher(text(Path.of("docker-compose.yml"))).results()
                .map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
        copyDeploy();
        Ended ended = run(folder, docker("exit 0"), "deploy/start");
        assertThat(ended.output()).contains("All is healthy");
        assertThat(ended.exitCode()).isZero();
        Map<String, String> made = text(folder.resolve("deploy/.env")).lines().map(line -> line.split("="))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        assertThat(made.keySet()).isEqualTo(asked);
        assertThat(made.values()).allMatch(secret -> secret.matches("[0-9a-f]{32}")).doesNotHaveDuplicates();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("deploy/.env")))).isEqualTo("rw-------");
        assertThat(text(folder.resolve("docker.log"))).contains("compose --env-file deploy/.env up --build --detach --wait");

        String before = text(folder.resolve("deploy/.env"));
        run(folder, docker("exit 0"), "deploy/start");
        assertThat(text(folder.resolve("deploy/.env"))).as("the databases keep the first ones").isEqualTo(before);

        assertThat(run(folder, docker("exit 0"), "deploy/stop").exitCode()).isZero();
        assertThat(text(folder.resolve("docker.log"))).endsWith("compose --env-file deploy/.env down\n");
        assertThat(run(folder, docker("exit 0"), "deploy/stop", "--delete-data").exitCode()).isZero();
        assertThat(text(folder.resolve("docker.log"))).endsWith("compose --env-file deploy/.env down --volumes\n");
        assertThat(folder.resolve("deploy/.env")).doesNotExist();
    }

    @Test
    void aStartThatFailsSaysWhy() throws Exception {
        copyDeploy();
        Ended ended = run(folder, docker("case \"$*\" in *' up '*) exit 1 ;; *healthy*) echo 'warehouse main is away' ;; esac"),
                "deploy/start");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output()).contains("not everything is healthy", "what Bactrian says of itself", "warehouse main is away")
                .doesNotContain("All is healthy");
        Ended none = run(folder, docker("exit 1"), "deploy/start");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.output()).contains("there is no docker compose");
        Ended wrong = run(folder, Map.of(), "deploy/stop", "--all");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.output()).contains("'--all' is no option");
    }

    /** There is none here: it writes down what it is asked to do. */
    private Map<String, String> docker(String then) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path docker = Files.writeString(bin.resolve("docker"),
                "#!/bin/sh\necho \"$*\" >>" + folder.resolve("docker.log") + "\n" + then + "\n");
        assertThat(docker.toFile().setExecutable(true)).isTrue();
        return Map.of("PATH", bin + ":" + System.getenv("PATH"));
    }

    private void copyDeploy() throws IOException {
        Files.createDirectories(folder.resolve("deploy"));
        for (String script : List.of("start", "stop")) {
            Files.copy(Path.of("deploy", script), folder.resolve("deploy").resolve(script), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private record Ended(int exitCode, String output) {
    }

    private static Ended run(Path in, Map<String, String> environment, String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of(command));
        words.set(0, in.resolve(command[0]).toAbsolutePath().toString());
        ProcessBuilder builder = new ProcessBuilder(words).directory(in.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }

    @Test
    void theHealthCheckAsksForReadinessAndTellsTheReasons() throws Exception {
        List<Object> check = list(map(service("bactrian").get("healthcheck")).get("test"));
        assertThat(check).containsExactly("CMD", HOME + "deploy/healthy", ObserveServer.READY);
        assertThat(DOCKERFILE).contains("\nCOPY deploy/healthy deploy/healthy\n");
        assertThat(Path.of("deploy/healthy")).isExecutable();

        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        int[] code = {200};
        server.createContext(ObserveServer.READY, exchange -> {
            try (exchange) {
                byte[] body = "the warehouse is away".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(code[0], body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        String port = Integer.toString(server.getAddress().getPort());
        try {
            assertThat(run(Path.of("."), Map.of("BACTRIAN_HTTP_PORT", port), "deploy/healthy")).isEqualTo(new Ended(0, ""));
            code[0] = 503;
            Ended down = run(Path.of("."), Map.of("BACTRIAN_HTTP_PORT", port), "deploy/healthy", ObserveServer.READY);
            assertThat(down.exitCode()).isEqualTo(1);
            assertThat(down.output()).contains("503", "the warehouse is away");
            assertThat(run(Path.of("."), Map.of("BACTRIAN_HTTP_PORT", port), "deploy/healthy", "/nothing").exitCode()).isEqualTo(1);
        } finally {
            server.stop(0);
        }
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free.close();
            Ended none = run(Path.of("."), Map.of("BACTRIAN_HTTP_PORT", Integer.toString(free.getLocalPort())), "deploy/healthy");
            assertThat(none.exitCode()).isEqualTo(1);
            assertThat(none.output()).contains("nothing listens on 127.0.0.1:" + free.getLocalPort());
        }
    }

    @Test
    void whatTheImageIsMadeOfIsThere() {
        Set<String> copied = new TreeSet<>();
        Pattern.compile("(?m)^COPY (?!--from)(.+) \\S+$").matcher(DOCKERFILE).results()
                .forEach(copy -> copied.addAll(List.of(copy.group(1).split(" "))));
        assertThat(copied).contains("bactrian", "application.properties", "routes", "sql", "src", "pom.xml")
                .allSatisfy(file -> assertThat(Path.of(file)).exists());
        List<String> ignored = text(Path.of(".dockerignore")).lines().toList();
        assertThat(ignored).contains("deploy/.env", "target").noneMatch(copied::contains);
        // What the launcher starts, and what its jar looks for beside it.
        String launcher = text(Path.of("bactrian"));
        assertThat(launcher).contains("jar=$here/target/bactrian.jar");
        assertThat(DOCKERFILE).contains(" target/bactrian.jar\n", " target/lib\n").doesNotContain("target/demo")
                .contains("ENTRYPOINT [\"./bactrian\"]");
        assertThat(text(Path.of("pom.xml"))).contains("<finalName>bactrian</finalName>", "<classpathPrefix>lib/</classpathPrefix>");
        assertThat(launcher).contains("BACTRIAN_JAVA_OPTS");
        assertThat(DOCKERFILE).contains("ENV BACTRIAN_JAVA_OPTS=");
    }

    @Test
    void whatBactrianWaitsForHasAHealthCheck() {
        Map<String, Object> waits = map(service("bactrian").get("depends_on"));
        assertThat(waits).containsOnlyKeys("shop", "warehouse", "kafka");
        waits.forEach((name, how) -> {
            assertThat(map(how)).containsEntry("condition", "service_healthy");
            assertThat(list(map(service(name).get("healthcheck")).get("test")).get(0)).isEqualTo("CMD");
        });
    }

    @Test
    void kubernetesNamesWhatIsThere() {
        List<Map<String, Object>> documents = yaml(Path.of("deploy/kubernetes.yaml")).stream().map(DeploymentTest::map).toList();
        Map<String, Map<String, Object>> byKind = documents.stream()
                .collect(Collectors.toMap(one -> one.get("kind").toString(), one -> one));
        assertThat(byKind).containsOnlyKeys("Secret", "ConfigMap", "Deployment", "Service");
        Map<String, String> environment = new LinkedHashMap<>();
        map(byKind.get("ConfigMap").get("data")).forEach((name, value) -> environment.put(name, value.toString()));
        map(byKind.get("Secret").get("stringData")).forEach((name, value) -> environment.put(name, value.toString()));
        Settings settings = settings(environment);
        assertThat(settings.text("bactrian.http.host")).as("probes come from outside the pod").isEqualTo("0.0.0.0");
        assertThat(map(byKind.get("Secret").get("stringData")).keySet())
                .allMatch(name -> name.endsWith("PASSWORD") || name.endsWith("KEY"));

        Map<String, Object> template = map(map(byKind.get("Deployment").get("spec")).get("template"));
        Map<String, Object> pod = map(template.get("spec"));
        Map<String, Object> container = map(list(pod.get("containers")).get(0));
        Map<String, Object> port = map(list(container.get("ports")).get(0));
        assertThat(port.get("containerPort").toString()).isEqualTo(settings.text("bactrian.http.port"));
        assertThat(probe(container, "livenessProbe")).containsEntry("path", ObserveServer.LIVE).containsEntry("port", port.get("name"));
        assertThat(probe(container, "startupProbe")).containsEntry("path", ObserveServer.LIVE).containsEntry("port", port.get("name"));
        assertThat(probe(container, "readinessProbe")).containsEntry("path", ObserveServer.READY).containsEntry("port", port.get("name"));
        Map<String, Object> annotations = map(map(template.get("metadata")).get("annotations"));
        assertThat(annotations).containsEntry("prometheus.io/path", ObserveServer.METRICS).containsEntry("prometheus.io/port",
                settings.text("bactrian.http.port"));
        Map<String, Object> servicePort = map(list(map(byKind.get("Service").get("spec")).get("ports")).get(0));
        assertThat(servicePort).containsEntry("targetPort", port.get("name"));
        assertThat(map(pod.get("securityContext")).get("runAsUser").toString())
                .isEqualTo(Pattern.compile("--uid (\\d+)").matcher(DOCKERFILE).results().findFirst().orElseThrow().group(1));
        assertThat(list(container.get("volumeMounts")).stream().map(mount -> map(mount).get("mountPath").toString()))
                .contains(HOME + ".bactrian");
        Set<String> sources = list(container.get("envFrom")).stream().flatMap(from -> map(from).values().stream())
                .map(ref -> map(ref).get("name").toString()).collect(Collectors.toSet());
        assertThat(sources).containsExactly("bactrian");
        assertThat(map(byKind.get("ConfigMap").get("metadata"))).containsEntry("name", "bactrian");
        assertThat(map(byKind.get("Secret").get("metadata"))).containsEntry("name", "bactrian");
    }

    private static Map<String, Object> probe(Map<String, Object> container, String name) {
        return map(map(container.get(name)).get("httpGet"));
    }

    @Test
    void thePageNamesWhatIsThere() {
        String page = text(Path.of("docs/deployment.md"));
        Pattern.compile("`(deploy/[\\w./]+|docker-compose\\.yml|Dockerfile)`").matcher(page).results().map(found -> found.group(1))
                .filter(file -> !file.equals("deploy/.env"))
                .forEach(file -> assertThat(Path.of(file)).exists());
        for (String service : SERVICES.keySet()) {
            assertThat(page).contains("`" + service + "`");
        }
        SERVICES.forEach((name, service) -> list(map(service).get("ports"))
                .forEach(port -> assertThat(page).contains(port.toString().split(":")[1])));
        Settings settings = settings(filled(environment("bactrian")));
        Pattern.compile("`(BACTRIAN_[A-Z_]+)`").matcher(page).results().map(found -> found.group(1)).forEach(
                variable -> assertThat(settings(with(variable)).all()).as(variable).hasSizeGreaterThanOrEqualTo(settings.all().size()));
        assertThat(page).contains("/observe/health/live", "/observe/health/ready", "/observe/metrics");
    }

    private static Map<String, String> with(String variable) {
        Map<String, String> environment = new LinkedHashMap<>(filled(environment("bactrian")));
        environment.putIfAbsent(variable, variable.endsWith("PORT") ? "8081" : "2");
        return environment;
    }
}
