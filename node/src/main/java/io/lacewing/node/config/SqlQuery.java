package io.lacewing.node.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A query with parameters: what clients have chosen is never part of its text.
 *
 * @param text for a prepared statement, with a {@code ?} for each parameter
 * @param parameters what they stand for, in their order
 */
public record SqlQuery(String text, List<Parameter> parameters) {

    /** What can be a parameter. */
    public enum Parameter {
        /** The user name that the client has given. */
        USER_NAME("${username}"),
        /** The client id. */
        CLIENT_ID("${clientid}");

        private final String placeholder;

        Parameter(String placeholder) {
            this.placeholder = placeholder;
        }
    }

    /** Copies the list. */
    public SqlQuery {
        parameters = List.copyOf(parameters);
    }

    /**
     * Reads a query with placeholders.
     *
     * @throws IllegalArgumentException with what must be otherwise
     */
    static SqlQuery parse(String query) {
        StringBuilder text = new StringBuilder();
        List<Parameter> parameters = new ArrayList<>();
        char quote = 0;
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (quote == 0 && (c == '\'' || c == '"' || c == '`')) {
                quote = c;
            } else if (c == quote) {
                quote = 0; // One that is doubled ends and begins again.
            }
            if (c == '?') {
                throw new IllegalArgumentException("must have no '?': write ${username} where the name is to be");
            }
            if (!query.startsWith("${", i)) {
                text.append(c);
                continue;
            }
            if (quote != 0) {
                throw new IllegalArgumentException("must have its placeholders outside of quotes: they are parameters");
            }
            Parameter found = at(query, i);
            parameters.add(found);
            text.append('?');
            i += found.placeholder.length() - 1;
        }
        if (!parameters.contains(Parameter.USER_NAME)) {
            throw new IllegalArgumentException("must have ${username} in it");
        }
        return new SqlQuery(text.toString(), parameters);
    }

    private static Parameter at(String query, int index) {
        for (Parameter each : Parameter.values()) {
            if (query.startsWith(each.placeholder, index)) {
                return each;
            }
        }
        throw new IllegalArgumentException("must have no placeholders but ${username} and ${clientid}");
    }
}
