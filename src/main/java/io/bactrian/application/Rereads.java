package io.bactrian.application;

import java.util.List;

/** The re-reads of all sources: where they are asked for, and where one can see how far they are. */
public interface Rereads {

    /** Asks for one; the capture of its source begins with it within seconds, or when it starts. */
    void ask(Reread.Asked reread);

    /** Forgets the last one of the table, whatever became of it. */
    void forget(Reread.Asked reread);

    /** The last one of each table. */
    List<Reread> of(String source);
}
