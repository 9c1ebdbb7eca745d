package io.bactrian.engines.mysql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What SHOW GRANTS says; for the user that asked it includes the rights of the roles that are active. */
final class MySqlGrants {

    private static final Pattern GRANT = Pattern.compile("(GRANT|REVOKE) (.+) ON (\\S+|`.+`\\.\\S+) (?:TO|FROM) .*");

    private record Grant(boolean taken, Set<String> rights, String scope) {
    }

    private final List<Grant> grants = new ArrayList<>();

    MySqlGrants(List<String> lines) {
        for (String line : lines) {
            Matcher matcher = GRANT.matcher(line);
            if (matcher.matches()) {
                // The rights on single columns, such as SELECT (`a`, `b`), are none on the table.
                Set<String> rights = Arrays.stream(matcher.group(2).split(",(?![^(]*\\))"))
                        .map(right -> right.strip().toUpperCase(Locale.ROOT)).collect(Collectors.toSet());
                grants.add(new Grant(matcher.group(1).equals("REVOKE"), rights, matcher.group(3)));
            }
        }
    }

    /** On everything. */
    boolean has(String right) {
        return grants.stream().anyMatch(grant -> !grant.taken() && grant.scope().equals("*.*") && gives(grant, right));
    }

    boolean has(String right, String database) {
        boolean taken = grants.stream().anyMatch(grant -> grant.taken() && gives(grant, right) && covers(grant.scope(), database));
        return !taken && (has(right)
                || grants.stream().anyMatch(grant -> !grant.taken() && gives(grant, right) && covers(grant.scope(), database)));
    }

    private static boolean gives(Grant grant, String right) {
        return grant.rights().contains(right) || grant.rights().contains("ALL PRIVILEGES") || grant.rights().contains("ALL");
    }

    /** A scope is a pattern, in which % and _ stand for others and \_ is the underscore itself. */
    private static boolean covers(String scope, String database) {
        if (!scope.endsWith("`.*")) {
            return false;
        }
        String pattern = scope.substring(1, scope.length() - 3).replace("``", "`");
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length()) {
                regex.append(Pattern.quote(String.valueOf(pattern.charAt(++i))));
            } else {
                regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return database.matches(regex.toString());
    }
}
