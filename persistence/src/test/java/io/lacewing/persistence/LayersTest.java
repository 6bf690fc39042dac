package io.lacewing.persistence;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.lacewing.persistence.shard.Shard;
import org.junit.jupiter.api.Test;

/**
 * What this room may know: the JDK and the router; and no clock, no chance, no thread, but in the journal, which has
 * threads of its own and measures intervals.
 */
class LayersTest {
    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.lacewing.persistence");

    @Test
    void theImporterReadsOurClassFiles() {
        assertTrue(PRODUCTION.contain(Shard.class), "nothing was imported, so the other rules say nothing");
        assertTrue(PRODUCTION.get(Shard.class).getMethods().size() > 5);
    }

    @Test
    void onlyTheJdkAndTheRouter() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "io.lacewing.router..", "io.lacewing.persistence..", "org.jspecify.annotations..")
                .check(PRODUCTION);
    }

    @Test
    void noWallClocks() {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Instant")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .check(PRODUCTION);
    }

    @Test
    void noClocksBesideTheJournal() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..persistence.journal..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.time..")
                .check(PRODUCTION);
    }

    @Test
    void noChanceAndNoThreads() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..persistence.journal..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.random..", "java.util.concurrent..", "java.net..", "java.util.logging..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.UUID")
                .check(PRODUCTION);
    }

    @Test
    void onlyTheJournalTouchesFiles() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..persistence.journal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.nio.channels..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.File")
                .check(PRODUCTION);
        noClasses()
                .that()
                .resideOutsideOfPackage("..persistence.journal..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..persistence.journal..")
                .check(PRODUCTION);
    }

    @Test
    void theSessionKnowsNoShard() {
        noClasses()
                .that()
                .resideInAPackage("..persistence.session..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..persistence.shard..")
                .check(PRODUCTION);
        noClasses()
                .that()
                .resideInAPackage("..persistence.codec..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..persistence.shard..", "..persistence.session..")
                .check(PRODUCTION);
    }

    @Test
    void noCycles() {
        slices().matching("io.lacewing.persistence.(*)..")
                .should()
                .beFreeOfCycles()
                .check(PRODUCTION);
    }
}
