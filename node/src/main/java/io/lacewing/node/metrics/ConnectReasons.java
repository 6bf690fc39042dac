package io.lacewing.node.metrics;

import java.util.List;

/** The reason codes of CONNACK (3.2.2.2) and the names that metrics give them. */
final class ConnectReasons {
    private record Reason(int code, String name) {}

    private static final List<Reason> REASONS = List.of(
            new Reason(0x00, "success"),
            new Reason(0x80, "unspecified_error"),
            new Reason(0x81, "malformed_packet"),
            new Reason(0x82, "protocol_error"),
            new Reason(0x83, "implementation_specific_error"),
            new Reason(0x84, "unsupported_protocol_version"),
            new Reason(0x85, "client_identifier_not_valid"),
            new Reason(0x86, "bad_user_name_or_password"),
            new Reason(0x87, "not_authorized"),
            new Reason(0x88, "server_unavailable"),
            new Reason(0x89, "server_busy"),
            new Reason(0x8A, "banned"),
            new Reason(0x8C, "bad_authentication_method"),
            new Reason(0x90, "topic_name_invalid"),
            new Reason(0x95, "packet_too_large"),
            new Reason(0x97, "quota_exceeded"),
            new Reason(0x99, "payload_format_invalid"),
            new Reason(0x9A, "retain_not_supported"),
            new Reason(0x9B, "qos_not_supported"),
            new Reason(0x9C, "use_another_server"),
            new Reason(0x9D, "server_moved"),
            new Reason(0x9F, "connection_rate_exceeded"));

    static final List<String> NAMES = REASONS.stream().map(Reason::name).toList();

    private ConnectReasons() {}

    /** The place of {@code code} in {@link #NAMES}; a code that CONNACK can't carry counts as unspecified error. */
    static int index(int code) {
        for (int i = 0; i < REASONS.size(); i++) {
            if (REASONS.get(i).code == code) {
                return i;
            }
        }
        return index(0x80);
    }
}
