package io.lacewing.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the node room may know of the platform, and that its packages stand in one order. */
class LayersTest {
    private static final JavaClasses NODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.lacewing.node");

    @Test
    void onlyOnePackageTouchesVertxMqtt() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.lacewing.node.mqtt")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.mqtt..", "io.netty.handler..", "io.netty.buffer..")
                .check(NODE);
    }

    @Test
    void hazelcastStaysInTheClusterRoom() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.hazelcast..")
                .check(NODE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.lacewing.(**)").should().beFreeOfCycles().check(NODE);
    }
}
