package io.lacewing.node.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of addresses; what is in which is tested with the rules file, that uses them too. */
class NetworkTest {
    /** As a listening socket for both may report it: a real Inet6Address that holds an IPv4 address. */
    @Test
    void mappedAddressesAreThoseOfIpv4() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xFF;
        System.arraycopy(new byte[] {10, 1, 2, 3}, 0, mapped, 12, 4);
        InetAddress address = Inet6Address.getByAddress("", mapped, 0);
        assertEquals(16, address.getAddress().length);
        assertTrue(Network.of("10.0.0.0/8").contains(address));
        assertFalse(Network.of("11.0.0.0/8").contains(address));
        assertFalse(Network.of("::/0").contains(address));
    }

    @Test
    void oneOfSeveral() {
        List<Network> some = List.of(Network.of("10.0.0.0/8"), Network.of("2001:db8::/32"));
        assertTrue(Network.anyContains(some, IpAddress.parse("2001:db8::7")));
        assertFalse(Network.anyContains(some, IpAddress.parse("192.0.2.1")));
        assertFalse(Network.anyContains(List.of(), IpAddress.parse("192.0.2.1")));
        assertFalse(Network.anyContains(some, null));
    }

    @Test
    void equality() {
        assertEquals(Network.of("10.0.0.0/8"), Network.of("10.0.0.0/8"));
        assertEquals(
                Network.of("10.0.0.0/8").hashCode(), Network.of("10.0.0.0/8").hashCode());
        assertNotEquals(Network.of("10.0.0.0/8"), Network.of("10.0.0.0/9"));
        assertNotEquals(Network.of("10.0.0.0/8"), Network.of("11.0.0.0/8"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0.1/8", "::ffff:10.0.0.0/104", "host", "10.0.0.0/-1", "10.0.0.0/"})
    void whatIsNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> Network.of(text));
    }
}
