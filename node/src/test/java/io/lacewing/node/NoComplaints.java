package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Fails a test class during which anything was logged as a warning or an error, or with an exception. */
public final class NoComplaints implements BeforeAllCallback, AfterAllCallback {
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        events.start();
        root().addAppender(events);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        root().detachAppender(events);
        List<ILoggingEvent> all;
        synchronized (events) {
            all = new ArrayList<>(events.list);
        }
        assertEquals(
                List.of(),
                all.stream()
                        .filter(event ->
                                event.getLevel().isGreaterOrEqual(Level.WARN) || event.getThrowableProxy() != null)
                        .map(event ->
                                event.getLevel() + " " + event.getLoggerName() + ": " + event.getFormattedMessage())
                        .toList());
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
