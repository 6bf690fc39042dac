package io.lacewing.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lacewing.node.config.SqlQuery.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlQueryTest {
    @Test
    void placeholdersBecomeParameters() {
        assertEquals(
                new SqlQuery(
                        "SELECT a FROM b WHERE c = ? AND d = ? AND e = 'it''s' AND f = ?",
                        List.of(Parameter.USER_NAME, Parameter.CLIENT_ID, Parameter.USER_NAME)),
                SqlQuery.parse("SELECT a FROM b WHERE c = ${username} AND d = ${clientid} AND e = 'it''s' AND f ="
                        + " ${username}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a FROM b",
                "SELECT a FROM b WHERE c = '${username}'",
                "SELECT a FROM b WHERE c = \"${username}\"",
                "SELECT a FROM b WHERE c = `${username}`",
                "SELECT a FROM b WHERE c = 'it''s ${username}'",
                "SELECT a FROM b WHERE c = ${username} AND d = ?",
                "SELECT a FROM b WHERE c = ${username} AND d = ${password}",
                "SELECT a FROM b WHERE c = ${clientid}"
            })
    void othersAreRefused(String query) {
        assertThrows(IllegalArgumentException.class, () -> SqlQuery.parse(query));
    }
}
