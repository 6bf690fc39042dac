package io.lacewing.node.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One address where MQTT clients connect ({@code listeners[].*}).
 *
 * @param name its name, for people; no two listeners share one
 * @param type what it speaks below MQTT
 * @param host the address to bind
 * @param port the port to bind; 0: any free one
 * @param path the path of a WebSocket's URL; empty for a listener without WebSocket
 * @param tls not null if its type is on TLS
 * @param entrance who may connect
 */
public record ListenerConfig(
        String name,
        ListenerType type,
        String host,
        int port,
        String path,
        @Nullable TlsConfig tls,
        EntranceConfig entrance) {
    private static final String LIST = "listeners";
    private static final String DEFAULT_PATH = "/mqtt";

    static final Key<String> NAME = new Key<>(
            "listeners[].name",
            KeyType.text("1 to 64 letters, digits, '.', '_' or '-'", "[A-Za-z0-9._-]{1,64}"),
            null,
            "Name of the listener in logs and messages; must differ from the others'. Default: its type, with the"
                    + " listener's number behind it where that name is taken (`tcp-2` for `listeners.2`).");
    static final Key<ListenerType> TYPE = new Key<>(
            "listeners[].type",
            KeyType.choice(ListenerType.class),
            "tcp",
            "`tcp`: MQTT on TCP; `ws`: MQTT over WebSocket; `tls`, `wss`: the same on TLS.");
    static final Key<String> HOST = new Key<>(
            "listeners[].host", KeyType.host(), "0.0.0.0", "Address to bind. `0.0.0.0`: all of the machine's.");
    static final Key<Integer> PORT = new Key<>(
            "listeners[].port",
            KeyType.listenPort(),
            null,
            "Port to bind. Default: 1883 for `tcp`, 8083 for `ws`, 8883 for `tls`, 8084 for `wss`.");
    static final Key<String> PATH = new Key<>(
            "listeners[].path",
            KeyType.text("a path that starts with '/'", "/[A-Za-z0-9._~/-]{0,255}"),
            null,
            "Path of the URL; only for `ws` and `wss`. Default: `/mqtt`.");
    static final List<Key<?>> KEYS = List.of(NAME, TYPE, HOST, PORT, PATH);

    /** The same on another port. */
    ListenerConfig withPort(int other) {
        return new ListenerConfig(name, type, host, other, path, tls, entrance);
    }

    /** Without configuration there are two listeners, TCP on 1883 and WebSocket on 8083. */
    static void putDefaults(Settings settings) {
        settings.replaceList(LIST, 2);
        settings.put(new Setting(TYPE.at(0), "tcp", "default"));
        settings.put(new Setting(TYPE.at(1), "ws", "default"));
    }

    static List<ListenerConfig> from(Settings settings) {
        List<ListenerConfig> listeners = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < settings.length(LIST); i++) {
            ListenerConfig listener = element(settings, i, names);
            if (!names.add(listener.name)) {
                throw settings.refuse(
                        NAME.at(i), "another listener is named " + listener.name + " too; names must differ");
            }
            listeners.add(listener);
        }
        if (listeners.isEmpty()) {
            throw new ConfigException("listeners: must hold at least one listener");
        }
        return listeners;
    }

    private static ListenerConfig element(Settings settings, int index, Set<String> taken) {
        ListenerType type = settings.element(TYPE, index, "tcp");
        if (!type.isWebSocket() && settings.isSet(PATH.at(index))) {
            throw settings.refuse(PATH.at(index), "only a listener of type ws or wss has a path");
        }
        String byType = type.name().toLowerCase(Locale.ROOT);
        return new ListenerConfig(
                settings.element(NAME, index, taken.contains(byType) ? byType + "-" + index : byType),
                type,
                settings.element(HOST, index, "0.0.0.0"),
                settings.element(PORT, index, type.defaultPort),
                type.isWebSocket() ? settings.element(PATH, index, DEFAULT_PATH) : "",
                TlsConfig.from(settings, type, index),
                EntranceConfig.from(settings, index));
    }
}
