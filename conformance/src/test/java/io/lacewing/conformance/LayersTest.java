package io.lacewing.conformance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.lacewing.conformance.cases.AllCases;
import io.lacewing.conformance.suite.Client;
import org.junit.jupiter.api.Test;

/** The suite judges any broker: it must not know ours, nor share its codec. */
class LayersTest {
    private static final JavaClasses ROOM = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.lacewing.conformance");

    @Test
    void theImporterReadsOurClassFiles() {
        assertTrue(ROOM.contain(AllCases.class), "nothing was imported, so the other rules say nothing");
        assertTrue(ROOM.get(Client.class).getMethods().size() > 5);
    }

    @Test
    void usesTheJdkOnlyAndNothingOfTheBroker() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.lacewing.conformance..", "java..", "org.jspecify.annotations")
                .check(ROOM);
    }

    @Test
    void hasNoPackageCycles() {
        slices().matching("io.lacewing.conformance.(*)..")
                .should()
                .beFreeOfCycles()
                .check(ROOM);
    }
}
