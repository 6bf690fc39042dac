package io.lacewing.node.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A service that is asked by HTTP who a client is ({@code auth.http.*}). The files are not looked at here.
 *
 * @param url https, or http on this machine
 * @param ca a PEM file with the authorities of the server's certificate; null: those of the JDK
 * @param format in which form the question is sent
 * @param headers what is sent with each question
 * @param remote how it is asked
 */
public record HttpAuthConfig(URI url, @Nullable Path ca, BodyFormat format, List<Header> headers, RemoteConfig remote) {

    /**
     * A header.
     *
     * @param value null if {@code file} holds it
     * @param file null if it is no secret
     */
    public record Header(
            String name, @Nullable String value, @Nullable Path file) {}

    static final String SECTION = "auth.http";
    static final Key<String> URL = new Key<>(
            "auth.http.url",
            KeyType.text("a URL that begins with https://", "https?://[^\\s\\p{Cntrl}]{1,2000}"),
            null,
            "The service that is asked by a POST who a client is; with `http://` on this machine only. Default: none."
                    + " [Security](security.md#http) tells more.");
    static final Key<Path> CA = new Key<>(
            "auth.http.ca",
            KeyType.path(),
            null,
            "PEM file: the authorities that the certificate of that server must be from. Default: those of the JDK.");
    static final Key<BodyFormat> FORMAT = new Key<>(
            "auth.http.format",
            KeyType.choice(BodyFormat.class),
            "json",
            "How the question is written. `json`: an object; `form`: `application/x-www-form-urlencoded`.");
    static final Key<String> HEADER_NAME = new Key<>(
            "auth.http.headers[].name",
            KeyType.text("the name of a header", "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}"),
            null,
            "A header that is sent with each question.");
    static final Key<String> HEADER_VALUE = new Key<>(
            "auth.http.headers[].value",
            KeyType.text("printable ASCII", "[ -~]{0,4096}"),
            null,
            "What it says, if that is no secret.");
    static final Key<Path> HEADER_FILE = new Key<>(
            "auth.http.headers[].file",
            KeyType.path(),
            null,
            "File with what it says, if that is a secret, as `Bearer ...`; a line end at its end is not part of it.");
    private static final RemoteConfig.Keys REMOTE = RemoteConfig.Keys.of(SECTION);
    static final List<Key<?>> KEYS = Stream.concat(
                    Stream.<Key<?>>of(URL, CA, FORMAT, HEADER_NAME, HEADER_VALUE, HEADER_FILE), REMOTE.all().stream())
            .toList();

    /** Copies the list. */
    public HttpAuthConfig {
        headers = List.copyOf(headers);
    }

    /** Null if no service is asked. */
    static @Nullable HttpAuthConfig from(Settings settings) {
        String text = settings.find(URL);
        if (text == null) {
            String set = settings.anySet(SECTION);
            if (set != null) {
                throw settings.refuse(set, "needs " + URL.name());
            }
            return null;
        }
        return new HttpAuthConfig(
                ServerUrl.https(URL, text, settings),
                settings.find(CA),
                settings.get(FORMAT),
                headers(settings),
                REMOTE.from(settings));
    }

    private static List<Header> headers(Settings settings) {
        List<Header> headers = new ArrayList<>();
        for (int i = 0; i < settings.length("auth.http.headers"); i++) {
            String name = settings.find(HEADER_NAME, i);
            if (name == null) {
                throw new ConfigException(
                        HEADER_NAME.at(i) + ": must be " + HEADER_NAME.type().allowed());
            }
            String value = settings.find(HEADER_VALUE, i);
            Path file = settings.find(HEADER_FILE, i);
            if ((value == null) == (file == null)) {
                throw settings.refuse(
                        HEADER_NAME.at(i), "needs one of " + HEADER_VALUE.at(i) + " and " + HEADER_FILE.at(i));
            }
            headers.add(new Header(name, value, file));
        }
        return headers;
    }

    /** The configuration's name of a header's file. */
    public static String headerFile(int index) {
        return HEADER_FILE.at(index);
    }
}
