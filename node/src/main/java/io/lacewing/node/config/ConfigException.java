package io.lacewing.node.config;

import java.io.Serial;

/**
 * The configuration can't be used. The message is one line for the operator: where, which key, which value, what is
 * allowed.
 */
public final class ConfigException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** @param message one line, without a stack's help understandable */
    public ConfigException(String message) {
        super(message);
    }
}
