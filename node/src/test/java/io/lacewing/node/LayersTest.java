package io.lacewing.node;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.lacewing.node.mqtt.Endpoint;
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

    /** So that there is one place that asks whether the node may. */
    @Test
    void clientsAreAcknowledgedInOnePlace() {
        noClasses()
                .that()
                .resideInAPackage("io.lacewing.node.connection")
                .and()
                .doNotHaveSimpleName("Acknowledger")
                .should()
                .callMethodWhere(target(owner(assignableTo(Endpoint.class)))
                        .and(target(nameMatching("puback|pubrec|pubcomp|suback|unsuback"))))
                .check(NODE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.lacewing.(**)").should().beFreeOfCycles().check(NODE);
    }
}
