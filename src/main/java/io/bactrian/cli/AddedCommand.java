package io.bactrian.cli;

import java.util.concurrent.Callable;

/** A command that is not in the product's jar but in one beside it, which names it in META-INF/services. */
public interface AddedCommand extends Callable<Integer> {
}
