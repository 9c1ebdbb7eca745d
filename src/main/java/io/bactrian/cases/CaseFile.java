package io.bactrian.cases;

import java.nio.file.Path;
import java.util.List;

/**
 * The cases of one file.
 *
 * @param source files of SQL, in order, that make the source tables
 */
record CaseFile(Path path, String pipeline, List<Path> source, List<GoldenCase> cases) {
}
