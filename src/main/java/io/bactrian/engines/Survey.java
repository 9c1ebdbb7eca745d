package io.bactrian.engines;

import java.util.List;

/**
 * What is in some databases of a server, for somebody who is about to capture them.
 *
 * @param tables of the databases that were asked for
 * @param databases all that have a table which the user sees; of PostgreSQL, schemas
 */
public record Survey(List<SurveyedTable> tables, List<String> databases) {
}
