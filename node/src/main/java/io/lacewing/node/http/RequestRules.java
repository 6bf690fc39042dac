package io.lacewing.node.http;

import io.lacewing.node.config.HttpConfig;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen of where a request is from, without a password: whether from this machine, and whether a page of another site
 * made a browser send it. Immutable.
 */
final class RequestRules {
    private static final Pattern PORT = Pattern.compile(":[0-9]{0,5}$");
    private static final Pattern LITERAL =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9A-Fa-f:.]+(%25[A-Za-z0-9]+)?]");
    private static final String LOCALHOST = "localhost";

    private final String host;
    private final boolean loopbackOnly;

    RequestRules(HttpConfig config) {
        this.host = config.host().toLowerCase(Locale.ROOT);
        this.loopbackOnly = config.isOfThisMachine();
    }

    /**
     * Looks at what every request must have.
     *
     * @throws Refused if it can't be for this node
     */
    void check(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        if (hosts.size() > 1) {
            throw new Refused(400, "more than one header Host");
        }
        if (loopbackOnly && !namesThisMachine(request)) {
            throw new Refused(
                    421, "the header Host names another machine; use localhost or an address, as http://127.0.0.1");
        }
    }

    /**
     * From a loopback address, or from the very address that is listened on, which only this machine has. What a browser sends for
     * a page of a foreign name is not: whoever owns a name can have it point here.
     */
    boolean isFromHere(HttpServerRequest request) {
        return isHere(request.remoteAddress(), request.localAddress()) && namesThisMachine(request);
    }

    private static boolean isHere(@Nullable SocketAddress remote, @Nullable SocketAddress local) {
        String address = remote == null ? null : remote.hostAddress();
        return address != null && (isLoopback(address) || (local != null && address.equals(local.hostAddress())));
    }

    /** True for an address, not a name, of a machine itself. */
    static boolean isLoopback(String address) {
        try {
            // A literal address: nothing is looked up.
            return !address.isEmpty() && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException noAddress) {
            return false;
        }
    }

    /** True too without the header, which browsers always send. */
    private boolean namesThisMachine(HttpServerRequest request) {
        String header = request.getHeader(HttpHeaders.HOST);
        if (header == null) {
            return true;
        }
        String name = PORT.matcher(header).replaceFirst("").toLowerCase(Locale.ROOT);
        return name.equals(LOCALHOST)
                || name.endsWith("." + LOCALHOST)
                || name.equals(host)
                || LITERAL.matcher(name).matches();
    }

    /**
     * Looks whether a request may change something: not one that a page of another site can make a browser send.
     *
     * @throws Refused if not
     */
    static void checkChange(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new Refused(403, "from a page of another site");
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        String own = request.scheme() + "://" + request.getHeader(HttpHeaders.HOST);
        if (origin != null && !origin.equalsIgnoreCase(own)) {
            throw new Refused(403, "from a page of another site");
        }
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        String plain = type == null ? "" : type.split(";", 2)[0].strip();
        if (!plain.equalsIgnoreCase(Answers.JSON)) {
            throw new Refused(415, "the header Content-Type must be " + Answers.JSON);
        }
    }
}
