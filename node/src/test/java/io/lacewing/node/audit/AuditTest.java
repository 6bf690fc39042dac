package io.lacewing.node.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.config.AuditConfig;
import io.lacewing.node.config.AuditEvent;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the audit log holds, and what it keeps out. */
class AuditTest {
    private static final Set<AuditEvent> ALL = Set.of(AuditEvent.values());

    @TempDir
    private Path dir = Path.of("");

    private static ClientDetails client(String id, @Nullable String user) {
        return new ClientDetails(id, user, "192.0.2.7:5000", "tcp", 4);
    }

    private AuditConfig inFile(int perSecond) {
        return new AuditConfig(ALL, dir.resolve("audit.log"), 1 << 20, 3, perSecond);
    }

    private List<JsonObject> objects() throws IOException {
        List<JsonObject> objects = new ArrayList<>();
        for (String line : Files.readAllLines(dir.resolve("audit.log"))) {
            objects.add(new JsonObject(line));
        }
        return objects;
    }

    @Test
    void eachEventIsALineOfJson() throws Exception {
        try (Audit audit = Audit.open(inFile(100))) {
            audit.tell(AuditEvent.CONNECT, () -> client("c", "ann"), "password-file", "");
            audit.tell(AuditEvent.REFUSAL, () -> client("c", null), "NOT_AUTHORIZED", "for this test");
            audit.tell(AuditEvent.DENIAL, () -> client("c", null), "publish", "a/b");
            audit.admin("order Status");
        }
        List<JsonObject> told = objects();
        told.forEach(each -> assertTrue(String.valueOf(each.remove("time")).endsWith("Z")));
        JsonObject who = new JsonObject()
                .put("clientId", "c")
                .put("address", "192.0.2.7:5000")
                .put("listener", "tcp")
                .put("protocol", "3.1.1");
        assertEquals(
                List.of(
                        who.copy().put("event", "connect").put("user", "ann").put("method", "password-file"),
                        who.copy()
                                .put("event", "refusal")
                                .put("reason", "NOT_AUTHORIZED")
                                .put("why", "for this test"),
                        who.copy()
                                .put("event", "denial")
                                .put("action", "publish")
                                .put("topic", "a/b"),
                        new JsonObject().put("event", "admin").put("what", "order Status")),
                told);
    }

    /** A client id that would begin a line of its own, colour it, turn it round, or end the object. */
    @Test
    void whatClientsChooseStaysInItsPlace() throws Exception {
        String nasty = "x\"}\n{\"event\":\"admin\"}\r\u001b[31m\u0085\u2028\u202Eback\uDB40\uDC01\u007f";
        try (Audit audit = Audit.open(inFile(100))) {
            audit.tell(AuditEvent.DENIAL, () -> client(nasty, nasty), "publish", nasty);
            audit.tell(AuditEvent.REFUSAL, () -> client("y".repeat(70_000), null), "BANNED", "banned");
        }
        String file = Files.readString(dir.resolve("audit.log"));
        assertEquals(2, file.lines().count());
        assertTrue(file.replace("\n", "").codePoints().allMatch(Shown::isHarmless), file);
        List<JsonObject> told = objects();
        assertEquals(nasty, told.get(0).getString("clientId"));
        assertEquals(nasty, told.get(0).getString("topic"));
        assertEquals("y".repeat(256) + "...", told.get(1).getString("clientId"));
    }

    @Test
    void aLineForPeopleIsShortAndMakesNoLines() {
        AuditEntry entry = new AuditEntry(
                AuditEvent.REFUSAL,
                0,
                client("x".repeat(63) + "\uD83D\uDE00y", "a\nb\u202Ec'd"),
                "NOT_AUTHORIZED",
                "for\nthis",
                2);
        assertEquals(
                "192.0.2.7:5000 refused at tcp, client id '" + "x".repeat(63)
                        + "\uD83D\uDE00'..., user name 'a?b?c?d': NOT_AUTHORIZED, for?this"
                        + " (and 2 more since the last such line)",
                entry.text());
        AuditEntry denial = new AuditEntry(AuditEvent.DENIAL, 0, client("c", null), "will", "a\u001b/b", 0);
        assertEquals(
                "192.0.2.7:5000 at tcp, client id 'c', no user name: may not leave a will for 'a?/b'", denial.text());
    }

    @Test
    void aTokenIsNotTold() {
        String token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl";
        AuditEntry entry = new AuditEntry(AuditEvent.REFUSAL, 0, client("c", token), "NOT_AUTHORIZED", "why", 0);
        assertTrue(entry.text().contains("user name (a token):"), entry.text());
        assertEquals("(a token)", new JsonObject(entry.json()).getString("user"));
    }

    /** As many as a guesser may bring about: neither the file nor the memory fills. */
    @Test
    void aHundredThousandRefusalsAreAFewLinesAndACount() throws Exception {
        try (Audit audit = Audit.open(inFile(5))) {
            for (int i = 0; i < 100_000; i++) {
                audit.tell(AuditEvent.REFUSAL, () -> client("c", "ann"), "NOT_AUTHORIZED", "", 1);
            }
            audit.tell(AuditEvent.DENIAL, () -> client("c", "ann"), "publish", "t", 1);
            assertEquals(99_995, audit.leftOut());
        }
        List<JsonObject> told = objects();
        assertEquals(7, told.size(), told.toString());
        assertEquals("denial", told.get(5).getString("event"), "one event does not keep out another");
        assertEquals(99_995, told.get(6).getLong("leftOut"));
    }

    @Test
    void inTheLogOfTheBrokerThereIsALineInTenSeconds() throws Exception {
        BlockingQueue<AuditEntry> written = new LinkedBlockingQueue<>();
        AuditConfig config = new AuditConfig(ALL, null, 0, 0, 100);
        try (Audit audit = new Audit(config, null, written::add, 100)) {
            long second = RareLine.INTERVAL_NANOS / 10;
            for (int i = 0; i <= 10; i++) {
                audit.tell(AuditEvent.REFUSAL, () -> client("c", null), "BANNED", "", i * second);
            }
            assertEquals(0, written.take().leftOut());
            assertEquals(9, written.take().leftOut());
        }
        assertTrue(written.isEmpty());
    }

    /** Whoever tells it something does not wait for a disk. */
    @Test
    void whatCanNotBeWrittenAsFastIsDroppedAndCounted() throws Exception {
        CountDownLatch disk = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        AuditConfig config = new AuditConfig(ALL, dir.resolve("unused"), 0, 0, 100_000);
        BlockingQueue<AuditEntry> written = new LinkedBlockingQueue<>();
        try (Audit audit = new Audit(
                config,
                null,
                entry -> {
                    stuck.countDown();
                    try {
                        disk.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    written.add(entry);
                },
                10)) {
            audit.admin("0");
            stuck.await();
            for (int i = 1; i <= 30; i++) {
                audit.admin(Integer.toString(i));
            }
            assertEquals(20, audit.dropped());
            disk.countDown();
        }
        assertEquals(11, written.size());
    }

    @Test
    void filesAreBoundedInSizeAndNumber() throws Exception {
        AuditConfig config = new AuditConfig(ALL, dir.resolve("audit.log"), 1_024, 2, 100_000);
        long told = 0;
        long deadline = System.nanoTime() + 60_000_000_000L;
        try (Audit audit = Audit.open(config)) {
            while (!Files.exists(dir.resolve("audit.log.2"))) {
                assertTrue(System.nanoTime() < deadline, "not rolled twice");
                audit.admin("line " + told++ + " " + "x".repeat(200));
                Thread.onSpinWait();
            }
            for (int i = 0; i < 5_000; i++) {
                audit.admin("more " + i);
            }
        }
        try (var files = Files.list(dir)) {
            assertTrue(files.allMatch(file -> file.getFileName().toString().matches("audit\\.log(\\.[12])?")));
        }
    }

    @Test
    void aFileThatCanNotBeWrittenIsNamed() {
        Path nowhere = dir.resolve("missing").resolve("audit.log");
        AuditConfig config = new AuditConfig(ALL, nowhere, 1_024, 2, 10);
        IOException problem = assertThrows(IOException.class, () -> Audit.open(config));
        assertTrue(String.valueOf(problem.getMessage()).contains("there is no directory"), problem.toString());
        AuditConfig directory = new AuditConfig(ALL, dir, 1_024, 2, 10);
        assertThrows(IOException.class, () -> Audit.check(directory));
    }

    @Test
    void onlyWhatIsChosenIsTold() throws Exception {
        BlockingQueue<AuditEntry> written = new LinkedBlockingQueue<>();
        AuditConfig config = new AuditConfig(Set.of(AuditEvent.ADMIN), dir.resolve("unused"), 0, 0, 100);
        try (Audit audit = new Audit(config, null, written::add, 100)) {
            assertFalse(audit.tells(AuditEvent.CONNECT));
            audit.tell(
                    AuditEvent.CONNECT,
                    () -> {
                        throw new IllegalStateException("nobody asks");
                    },
                    "none",
                    "");
            audit.admin("told");
        }
        assertEquals("told", written.take().what());
        assertTrue(written.isEmpty());
    }
}
