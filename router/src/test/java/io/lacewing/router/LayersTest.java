package io.lacewing.router;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What this room must not know: anything but the JDK, and of the JDK neither clocks, chance, threads nor I/O. */
class LayersTest {
    private static final JavaClasses ROOM = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.lacewing.router");

    @Test
    void theImporterReadsOurClassFiles() {
        assertTrue(ROOM.contain(TopicName.class), "nothing was imported, so the other rules say nothing");
        assertTrue(ROOM.get(TopicFilter.class).getMethods().size() > 5);
    }

    @Test
    void usesTheJdkOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.lacewing.router..",
                        "java.lang..",
                        "java.util",
                        "java.util.function",
                        "java.nio.charset",
                        "org.jspecify.annotations")
                .check(ROOM);
    }

    @Test
    void knowsNoClockNoChanceNoThread() {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "identityHashCode", Object.class)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .check(ROOM);
    }

    @Test
    void hasNoPackageCycles() {
        slices().matching("io.lacewing.(**)").should().beFreeOfCycles().check(ROOM);
    }
}
