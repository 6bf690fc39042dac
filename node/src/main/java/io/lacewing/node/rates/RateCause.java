package io.lacewing.node.rates;

/** Which bound on a rate is reached. */
public enum RateCause {
    CLIENT_MESSAGES("limits.rates.client.messages"),
    CLIENT_BYTES("limits.rates.client.bytes"),
    USER_MESSAGES("limits.rates.user.messages"),
    USER_BYTES("limits.rates.user.bytes"),
    TENANT_MESSAGES("tenants.rates.messages"),
    TENANT_BYTES("tenants.rates.bytes"),
    LISTENER_MESSAGES("listeners[].rates.messages"),
    LISTENER_BYTES("listeners[].rates.bytes");

    private final String key;

    RateCause(String key) {
        this.key = key;
    }

    /** The configuration's key for what comes in. */
    public String keyIn() {
        return key + "In";
    }
}
