package io.lacewing.node;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.lacewing.node.audit.Shown;

/**
 * The message of a line of the log as text, with what would end the line, move the cursor or turn the direction of writing replaced:
 * clients choose their ids, user names and topics, and with them would write lines of their own.
 */
public final class HarmlessMessage extends MessageConverter {
    @Override
    public String convert(ILoggingEvent event) {
        return Shown.words(super.convert(event));
    }
}
