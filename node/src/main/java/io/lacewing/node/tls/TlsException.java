package io.lacewing.node.tls;

import java.io.Serial;

/** What is configured for TLS can't be used. The message is one line for the operator: which key, which file, what is wrong. */
public final class TlsException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    TlsException(String message) {
        super(message);
    }
}
