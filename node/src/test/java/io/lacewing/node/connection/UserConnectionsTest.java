package io.lacewing.node.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UserConnectionsTest {
    @Test
    void clientsAreCountedAndNotTheirTakeovers() {
        UserConnections users = new UserConnections(2);
        assertTrue(users.isBounded());
        assertTrue(users.enter("ann", "a"));
        assertTrue(users.enter("ann", "b"));
        assertFalse(users.enter("ann", "c"));
        assertTrue(users.enter("bob", "c"));
        assertTrue(users.enter("ann", "a"));
        users.leave("ann", "a"); // The one that was taken over.
        assertFalse(users.enter("ann", "c"));
        users.leave("ann", "a");
        assertTrue(users.enter("ann", "c"));
        assertFalse(users.enter("ann", "a"));
    }

    @Test
    void nobodyIsKeptWhoHasLeft() {
        UserConnections users = new UserConnections(1);
        assertTrue(users.enter("ann", "a"));
        assertFalse(users.enter("ann", "b"));
        users.leave("ann", "a");
        assertEquals(0, users.size());
        users.leave("ann", "a");
        assertTrue(users.enter("ann", "b"));
        assertEquals(1, users.size());
    }
}
