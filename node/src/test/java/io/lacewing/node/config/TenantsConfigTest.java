package io.lacewing.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lacewing.node.rates.Rates;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys about tenants. */
class TenantsConfigTest {
    private static NodeConfig load(String... sets) {
        return ConfigLoader.load(new ConfigSources(null, Map.of(), List.of(sets)));
    }

    private static String refusal(String... sets) {
        return String.valueOf(
                assertThrows(ConfigException.class, () -> load(sets)).getMessage());
    }

    @Test
    void allKeys() {
        assertEquals(
                new TenantsConfig(TenantSource.NONE, '/', true, 0),
                load().auth().tenants());
        NodeConfig config = load(
                "tenants.from=username-prefix",
                "tenants.separator=:",
                "tenants.required=false",
                "tenants.maxConnections=7",
                "tenants.rates.messagesIn=1",
                "tenants.rates.bytesIn=2B",
                "tenants.rates.messagesOut=3",
                "tenants.rates.bytesOut=4B");
        assertEquals(
                new TenantsConfig(TenantSource.USERNAME_PREFIX, ':', false, 7),
                config.auth().tenants());
        assertEquals(new Rates(1, 2, 3, 4), config.limits().rates().tenant());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tenants.separator=:", "tenants.required=false", "tenants.maxConnections=1"})
    void withoutTenantsTheOthersAreAnError(String set) {
        assertEquals("--set: " + set.replace("=", " = ") + ": needs tenants.from", refusal(set));
    }

    @Test
    void ratesWithoutTenantsAreAnError() {
        assertEquals("--set: tenants.rates.bytesOut = 1KB: needs tenants.from", refusal("tenants.rates.bytesOut=1KB"));
    }

    @Test
    void aSeparatorIsForUserNamesAndNoPartOfThem() {
        assertEquals(
                "--set: tenants.separator = -: must be one of / : | ! @ ~ % = , ; .",
                refusal("tenants.from=username-prefix", "tenants.separator=-"));
        assertEquals(
                "--set: tenants.separator = :: is for tenants.from username-prefix only",
                refusal("tenants.from=certificate-ou", "tenants.separator=:"));
    }

    @Test
    void certificatesThatNobodyAsksForAreAnError() {
        assertEquals(
                "--set: tenants.from = certificate-o: no listener asks clients for certificates; set"
                        + " listeners[].tls.clientAuth of one to optional or required (a proxy tells the common name only)",
                refusal("tenants.from=certificate-o"));
    }
}
