package io.lacewing.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.lacewing.lab.history.Judge;
import org.junit.jupiter.api.Test;

/** The lab judges the broker from outside: of the project it knows the packets of the conformance suite, and nothing else. */
class LayersTest {
    private static final JavaClasses ROOM = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.lacewing.lab");

    @Test
    void theImporterReadsOurClassFiles() {
        assertTrue(ROOM.contain(Judge.class), "nothing was imported, so the other rules say nothing");
    }

    @Test
    void usesTheJdkAndThePacketsOfTheConformanceSuiteOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.lacewing.lab..", "io.lacewing.conformance.wire", "java..", "org.jspecify.annotations")
                .check(ROOM);
    }

    @Test
    void theHistoryAndItsJudgeKnowNoSocketsAndNoProcesses() {
        classes()
                .that()
                .resideInAPackage("io.lacewing.lab.history")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.lacewing.lab.history", "java.lang..", "java.util..", "org.jspecify.annotations")
                .check(ROOM);
    }

    @Test
    void hasNoPackageCycles() {
        slices().matching("io.lacewing.lab.(*)..").should().beFreeOfCycles().check(ROOM);
    }
}
