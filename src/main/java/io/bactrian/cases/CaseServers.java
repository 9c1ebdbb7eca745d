package io.bactrian.cases;

import io.bactrian.cases.CaseServer.Kind;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.util.EnumMap;
import java.util.Map;

/** One server of each kind that cases need, started when it is first asked for. */
public final class CaseServers implements AutoCloseable {

    private final ServerHome home;
    private final Progress progress;
    private final Map<Kind, CaseServer> started = new EnumMap<>(Kind.class);

    public CaseServers(ServerHome home, Progress progress) {
        this.home = home;
        this.progress = progress;
    }

    public CaseServer of(Kind kind) {
        return started.computeIfAbsent(kind, absent -> CaseServer.start(absent, home, progress));
    }

    @Override
    public void close() {
        started.values().forEach(CaseServer::close);
    }
}
