package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.read.ListAppender;
import io.lacewing.node.clients.PacketClient;
import io.lacewing.node.config.LogFormat;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Clients whose ids, user names and topics would be lines of a log, colours of a terminal, or scripts of a page. */
class HostileNamesTest {
    private static final String NASTY =
            "x\r\n12:00:00.000 INFO  Audit            forged\u001b[2J\u0085\u2028\u202e<script>alert(1)</script>\"}";

    private static List<ILoggingEvent> events(ListAppender<ILoggingEvent> heard) {
        synchronized (heard) {
            return new ArrayList<>(heard.list);
        }
    }

    private static String encoded(Encoder<ILoggingEvent> encoder, ILoggingEvent event) {
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    /** At every level of the log, an event is a line in which nothing moves the cursor; and metrics have no names of clients. */
    @Test
    void namesMakeNoLines(@TempDir Path dir) throws Exception {
        Path rules = Files.writeString(dir.resolve("rules"), "rules: [{allow: all, topics: 'a'}]\n");
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger ours = context.getLogger("io.lacewing");
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = ours.getLevel();
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        heard.start();
        String metrics;
        try (BrokerFixture broker = BrokerFixture.start("auth.aclFile=" + rules)) {
            ours.setLevel(Level.TRACE);
            root.addAppender(heard);
            PacketClient client = PacketClient.clean(broker, NASTY);
            client.publish(0x32, NASTY, 1, "", NASTY).expect("PUBACK #1 87");
            client.sendSubscribe(NASTY, 0, "");
            client.expect("SUBACK #1 87");
            PacketClient.clean(broker, NASTY).close();
            client.expectDisconnect("8e");
            broker.command("ban", "client-id", NASTY, "--reason", NASTY);
            String list = broker.command("bans");
            assertTrue(list.contains("client-id 'x??12:00"), list);
            assertEquals(1, list.lines().filter(line -> line.contains("forged")).count(), list);
            metrics = metrics(broker);
        } finally {
            root.detachAppender(heard);
            ours.setLevel(before);
        }
        assertFalse(metrics.contains("<script") || metrics.contains("forged"), metrics);
        List<ILoggingEvent> events = events(heard);
        assertTrue(events.stream().anyMatch(event -> event.getFormattedMessage().contains("forged")), "nothing logged");
        for (ILoggingEvent event : events) {
            String text = encoded(LoggingConfigurator.encoder(context, LogFormat.TEXT), event);
            if (event.getThrowableProxy() == null) {
                String line = text.stripTrailing();
                assertTrue(line.codePoints().noneMatch(HostileNamesTest::isHarmful), line);
            }
            String json = encoded(LoggingConfigurator.encoder(context, LogFormat.JSON), event);
            assertEquals(1, json.lines().count(), json);
            assertFalse(json.contains("\u001b"), json);
            assertEquals(event.getFormattedMessage(), new JsonObject(json).getString("formattedMessage"));
        }
    }

    private static boolean isHarmful(int point) {
        return Character.isISOControl(point) || point == 0x2028 || point == 0x202e;
    }

    private static String metrics(BrokerFixture broker) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            URI uri = URI.create("http://127.0.0.1:" + broker.http() + "/metrics");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
