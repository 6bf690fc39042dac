package io.lacewing.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys about clients' certificates. */
class CertificateConfigTest {
    private static CertificateConfig load(boolean asked, String... sets) {
        List<String> all = new ArrayList<>(List.of(
                "listeners.2.type=tls",
                "listeners.2.tls.certificates.0.cert=a.pem",
                "listeners.2.tls.certificates.0.key=a.key",
                "listeners.2.tls.clientCa=ca.pem"));
        if (asked) {
            all.add("listeners.2.tls.clientAuth=optional");
        }
        all.addAll(List.of(sets));
        return ConfigLoader.load(new ConfigSources(null, Map.of(), all)).auth().certificate();
    }

    @Test
    void allKeys() {
        CertificateName none = CertificateName.NONE;
        assertEquals(new CertificateConfig(none, none, none, true), load(false));
        assertEquals(
                new CertificateConfig(CertificateName.URI, CertificateName.SUBJECT, CertificateName.CN, true),
                load(
                        true,
                        "auth.certificate.identity=uri",
                        "auth.certificate.userName=subject",
                        "auth.certificate.clientId=cn"));
    }

    @Test
    void connectionsMayOutliveCertificates() {
        assertEquals(
                false, load(true, "auth.certificate.disconnectExpired=false").disconnectExpired());
        ConfigException refusal =
                assertThrows(ConfigException.class, () -> load(false, "auth.certificate.disconnectExpired=true"));
        assertEquals(
                "--set: auth.certificate.disconnectExpired = true: no listener asks clients for certificates; set"
                        + " listeners[].tls.clientAuth of one to optional or required, or have a proxy ask"
                        + " (listeners[].proxyProtocol.trusted[])",
                refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "userName", "clientId"})
    void certificatesThatNobodyAsksForAreAnError(String key) {
        String set = "auth.certificate." + key + "=cn";
        ConfigException refusal = assertThrows(ConfigException.class, () -> load(false, set));
        assertEquals(
                "--set: auth.certificate." + key + " = cn: no listener asks clients for certificates; set"
                        + " listeners[].tls.clientAuth of one to optional or required, or have a proxy ask"
                        + " (listeners[].proxyProtocol.trusted[])",
                refusal.getMessage());
    }
}
