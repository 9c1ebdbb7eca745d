package io.bactrian.testing;

import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.TestInfo;

/** Checks of a conformance suite that a kind cannot pass: skipped, and the reason printed. */
final class Waivers {

    private Waivers() {
    }

    /** @param waivers by the name of the method, each with the reason */
    static void respect(Object kind, Map<String, String> waivers, TestInfo test) {
        String method = test.getTestMethod().orElseThrow().getName();
        String waiver = waivers.get(method);
        if (waiver != null) {
            System.out.println("conformance: " + kind + " is waived " + method + ": " + waiver);
        }
        Assumptions.assumeTrue(waiver == null, waiver);
    }
}
