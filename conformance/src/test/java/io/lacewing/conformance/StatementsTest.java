package io.lacewing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.conformance.cases.AllCases;
import io.lacewing.conformance.suite.Case;
import io.lacewing.conformance.suite.Statement;
import io.lacewing.conformance.suite.Statement.Binding;
import io.lacewing.conformance.suite.Statements;
import io.lacewing.conformance.wire.Version;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No statement of the standards is missing, and each that binds a server has a case. */
class StatementsTest {

    @Test
    void theStandardsHaveSoManyStatements() {
        assertEquals(141, Statements.ids(Version.V3).size());
        assertEquals(251, Statements.ids(Version.V5).size());
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void eachStatementOfTheStandardIsInTheTableOnce(Version version) {
        List<String> listed =
                Statements.of(version).stream().map(Statement::id).sorted().toList();
        assertEquals(Statements.ids(version).stream().sorted().toList(), listed);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void eachStatementThatBindsAServerHasACase(Version version) {
        Set<String> proven = proven(version);
        List<String> open = Statements.of(version).stream()
                .filter(statement -> statement.binding() == Binding.SERVER)
                .map(Statement::id)
                .filter(id -> !proven.contains(id))
                .toList();
        assertEquals(List.of(), open);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void casesNameStatementsThatThereAreAndThatBindAServer(Version version) {
        Set<String> binding = Statements.of(version).stream()
                .filter(statement -> statement.binding() != Binding.CLIENT)
                .map(Statement::id)
                .collect(Collectors.toSet());
        Set<String> unknown = proven(version);
        unknown.removeAll(binding);
        assertEquals(Set.of(), unknown);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void whatIsByConstructionSaysByWhich(Version version) {
        for (Statement statement : Statements.of(version)) {
            boolean said = !statement.where().isEmpty();
            assertTrue(said == (statement.binding() == Binding.CONSTRUCTION), statement.id());
        }
    }

    private static Set<String> proven(Version version) {
        Set<String> proven = new TreeSet<>();
        for (Case each : AllCases.list()) {
            proven.addAll(each.statements(version));
        }
        return proven;
    }
}
