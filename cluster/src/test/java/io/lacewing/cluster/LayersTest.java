package io.lacewing.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may know whom in this room. */
class LayersTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.lacewing.cluster");

    @Test
    void whatDecidesIsPure() {
        noClasses()
                .that()
                .resideInAnyPackage("io.lacewing.cluster.core..", "io.lacewing.cluster.replica..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx..", "io.netty..", "com.hazelcast..", "org.slf4j..", "io.lacewing.cluster.hazelcast..")
                .check(CLASSES);
    }

    @Test
    void onlyOnePackageKnowsHazelcast() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.lacewing.cluster.hazelcast..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster.hazelcast..")
                .check(CLASSES);
    }

    @Test
    void packagesDoNotNeedEachOtherInACircle() {
        slices().matching("io.lacewing.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void mqttStaysInTheNode() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.mqtt..", "io.netty.handler.codec.mqtt..", "io.lacewing.node..")
                .check(CLASSES);
    }
}
