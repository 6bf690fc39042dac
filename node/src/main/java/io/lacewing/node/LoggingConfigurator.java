package io.lacewing.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.lacewing.node.audit.Audit;
import io.lacewing.node.config.LogConfig;
import io.lacewing.node.config.LogFormat;
import io.lacewing.node.config.LogLevel;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Sets the log up in code: XML would cost a tenth of a second at each start. Logback finds this class as a service and
 * gets a quiet log; {@link #apply} follows when the configuration is known.
 */
public final class LoggingConfigurator extends ContextAwareBase implements Configurator {
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %-16logger{0} %msg%n";
    /** Warn, with stack traces, of every peer that is gone; the cluster room says it once, in its own words. */
    private static final List<String> SPEAK_OF_LOST_PEERS =
            List.of("com.hazelcast", "io.vertx.core.eventbus.impl.clustered", "io.vertx.core.net.impl.ConnectionBase");

    private static final LogConfig BEFORE_CONFIGURATION = new LogConfig(LogFormat.TEXT, LogLevel.WARN);

    /** For Logback, which makes it by its public constructor. */
    public LoggingConfigurator() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        configure(context, BEFORE_CONFIGURATION);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Sends the libraries' logs here too. Before the first of them logs. */
    static void routeLibraries() {
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        System.setProperty("hazelcast.logging.type", "slf4j");
    }

    /** Brings the log into the configured form. */
    static void apply(LogConfig config) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            configure(context, config);
        }
    }

    private static void configure(LoggerContext context, LogConfig config) {
        context.reset();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(encoder(context, config.format()));
        console.start();
        Level ours = Level.toLevel(config.level().name());
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        root.setLevel(config.level() == LogLevel.TRACE || ours.isGreaterOrEqual(Level.WARN) ? ours : Level.WARN);
        context.getLogger("io.lacewing").setLevel(ours);
        context.getLogger(Audit.LOGGER).setLevel(ours);
        Level ofPeers = ours.isGreaterOrEqual(Level.INFO) ? Level.ERROR : Level.WARN;
        SPEAK_OF_LOST_PEERS.forEach(name -> context.getLogger(name).setLevel(ofPeers));
    }

    /** An encoder for a form of the log: no message is more than a line. */
    static Encoder<ILoggingEvent> encoder(LoggerContext context, LogFormat format) {
        EncoderBase<ILoggingEvent> encoder = switch (format) {
            case TEXT -> {
                PatternLayout lines = new PatternLayout();
                lines.setContext(context);
                lines.setPattern(PATTERN);
                lines.getInstanceConverterMap().put("msg", HarmlessMessage::new);
                lines.start();
                LayoutWrappingEncoder<ILoggingEvent> text = new LayoutWrappingEncoder<>();
                text.setLayout(lines);
                yield text;
            }
            case JSON -> {
                JsonEncoder json = new JsonEncoder();
                json.setWithFormattedMessage(true);
                json.setWithMessage(false);
                json.setWithArguments(false);
                json.setWithContext(false);
                json.setWithSequenceNumber(false);
                yield json;
            }
        };
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }
}
