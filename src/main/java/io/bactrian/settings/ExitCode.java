package io.bactrian.settings;

/** How a command ends if not everything is well; 0 is well. */
public final class ExitCode {

    /** It did not work out, or found something. */
    public static final int FAILED = 1;
    /** What the user has written is wrong: configuration, routes, arguments. */
    public static final int WRONG_INPUT = 2;

    private ExitCode() {
    }
}
