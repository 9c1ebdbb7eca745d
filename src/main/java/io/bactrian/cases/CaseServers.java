package io.bactrian.cases;

import io.bactrian.local.CaseServer;
import io.bactrian.local.LocalEngine;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.util.Map;
import java.util.TreeMap;

/** One server of each engine that cases need, started when it is first asked for. */
public final class CaseServers implements AutoCloseable {

    private final ServerHome home;
    private final Progress progress;
    private final Map<LocalEngine, CaseServer> started = new TreeMap<>();

    public CaseServers(ServerHome home, Progress progress) {
        this.home = home;
        this.progress = progress;
    }

    public CaseServer of(LocalEngine engine) {
        return started.computeIfAbsent(engine, absent -> absent.cases(home, progress));
    }

    @Override
    public void close() {
        started.values().forEach(CaseServer::close);
    }
}
