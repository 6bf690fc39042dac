package io.lacewing.node.mqtt;

import io.netty.channel.Channel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.util.AttributeKey;
import io.lacewing.node.net.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Who is on the other side of a proxy, in its own words; kept with the channel.
 *
 * @param address the client's address
 * @param commonName the common name in the client's certificate, which the proxy has verified; empty if the proxy does not tell
 *     it, and null if there is no certificate
 */
record ProxiedClient(InetSocketAddress address, @Nullable String commonName) {
    private static final AttributeKey<ProxiedClient> KEY = AttributeKey.valueOf(ProxiedClient.class, "client");

    /** Of this channel; null if no proxy has told of anybody. */
    static @Nullable ProxiedClient of(Channel channel) {
        return channel.hasAttr(KEY) ? channel.attr(KEY).get() : null;
    }

    void keepWith(Channel channel) {
        channel.attr(KEY).set(this);
    }

    /**
     * What a header says; null if it says that the proxy connects on its own behalf, as for a health check (LOCAL), or for
     * somebody whom it can't name (UNKNOWN): then the proxy's own address counts.
     *
     * @param peer who has sent it
     * @throws HAProxyProtocolException if nobody can be made of it
     */
    static @Nullable ProxiedClient of(HAProxyMessage header, InetAddress peer) {
        return switch (header.proxiedProtocol()) {
            case TCP4, TCP6 -> new ProxiedClient(address(header, peer), verifiedName(header));
            case UNKNOWN -> unknown(header, peer);
            default ->
                throw new HAProxyProtocolException(
                        "it is of " + header.proxiedProtocol() + ", which has no client of TCP");
        };
    }

    /** Whom a proxy on this machine can't name may be anywhere, but would seem to be here. */
    private static @Nullable ProxiedClient unknown(HAProxyMessage header, InetAddress peer) {
        if (header.command() == HAProxyCommand.PROXY && peer.isLoopbackAddress()) {
            throw new HAProxyProtocolException("it does not name the client, and loopback is not the client's address");
        }
        return null;
    }

    private static InetSocketAddress address(HAProxyMessage header, InetAddress peer) {
        String source = header.sourceAddress();
        InetAddress client = source == null ? null : IpAddress.parse(source);
        if (client == null) {
            throw new HAProxyProtocolException("it has no client's address");
        }
        // "On this machine" means this one, for anonymous clients above all.
        if (client.isLoopbackAddress() && !peer.isLoopbackAddress()) {
            throw new HAProxyProtocolException("a proxy on another machine has a client of its own loopback");
        }
        return new InetSocketAddress(client, header.sourcePort());
    }

    /** The certificate counts only if the client has shown its certificate, on this connection or one that it resumes, and it is valid. */
    private static @Nullable String verifiedName(HAProxyMessage header) {
        for (HAProxyTLV extension : header.tlvs()) {
            if (extension instanceof HAProxySSLTLV tls) {
                boolean shown = tls.isPP2ClientSSL() && (tls.isPP2ClientCertConn() || tls.isPP2ClientCertSess());
                return shown && tls.verify() == 0 ? name(tls) : null;
            }
        }
        return null;
    }

    private static String name(HAProxySSLTLV tls) {
        for (HAProxyTLV part : tls.encapsulatedTLVs()) {
            if (part.type() == HAProxyTLV.Type.PP2_TYPE_SSL_CN) {
                try {
                    return StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(part.content().nioBuffer())
                            .toString();
                } catch (CharacterCodingException e) {
                    throw new HAProxyProtocolException("the common name is not UTF-8", e);
                }
            }
        }
        return "";
    }
}
