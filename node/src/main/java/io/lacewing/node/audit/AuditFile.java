package io.lacewing.node.audit;

import ch.qos.logback.core.ContextBase;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file of lines, and a number of full ones beside it. Of one thread. */
final class AuditFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);
    private static final long LOOK_MILLIS = 250;

    private final RollingFileAppender<String> appender = new RollingFileAppender<>();

    /** A line as it is. */
    private static final class Lines extends EncoderBase<String> {
        @Override
        public byte[] headerBytes() {
            return new byte[0];
        }

        @Override
        public byte[] encode(String line) {
            return (line + "\n").getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] footerBytes() {
            return new byte[0];
        }
    }

    /**
     * Opens the file, at whose end it goes on.
     *
     * @throws IOException with a message for people if it can't be written
     */
    AuditFile(Path path, long maxSize, int maxFiles) throws IOException {
        check(path);
        ContextBase context = new ContextBase();
        RareLine rare = new RareLine();
        context.getStatusManager().add(status -> {
            if (status.getEffectiveLevel() >= Status.WARN) {
                complain(rare, path, status);
            }
        });
        Lines encoder = new Lines();
        encoder.setContext(context);
        encoder.start();
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(path.toString().replace("%", "\\%") + ".%i");
        rolling.setMinIndex(1);
        rolling.setMaxIndex(maxFiles);
        SizeBasedTriggeringPolicy<String> full = new SizeBasedTriggeringPolicy<>();
        full.setContext(context);
        full.setMaxFileSize(new FileSize(maxSize));
        full.setCheckIncrement(Duration.buildByMilliseconds(LOOK_MILLIS));
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setFile(path.toString());
        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(full);
        rolling.start();
        full.start();
        appender.start();
        if (!appender.isStarted()) {
            throw new IOException(path + ": can't be written");
        }
    }

    private static void complain(RareLine rare, Path path, Status status) {
        long leftOut = rare.take(System.nanoTime());
        if (leftOut != RareLine.NONE) {
            LOG.warn("audit.file {}: {}{}", path, status.getMessage(), RareLine.more(leftOut));
        }
    }

    /**
     * Looks whether a file could be written.
     *
     * @throws IOException with a message for people if not
     */
    static void check(Path path) throws IOException {
        Path dir = path.toAbsolutePath().getParent();
        if (dir == null || !Files.isDirectory(dir)) {
            throw new IOException(path + ": there is no directory " + dir + "; make it");
        }
        if (Files.isDirectory(path)) {
            throw new IOException(path + ": is a directory");
        }
        if (!Files.isWritable(Files.exists(path) ? path : dir)) {
            throw new IOException(path + ": can't be written; let the user that runs the node write it");
        }
    }

    void write(String line) {
        appender.doAppend(line);
    }

    @Override
    public void close() {
        appender.stop();
    }
}
