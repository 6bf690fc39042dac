package io.lacewing.node.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a channel: the client itself, or the one that a trusted proxy has named. On its event loop. */
final class Peer {
    private Peer() {}

    /** As {@link Endpoint#remoteAddress}. */
    static SocketAddress address(Channel channel) {
        ProxiedClient client = ProxiedClient.of(channel);
        return MqttSocket.address(client == null ? channel.remoteAddress() : client.address());
    }

    /** As {@link Endpoint#proxiedName}. */
    static @Nullable String proxiedName(Channel channel) {
        ProxiedClient client = ProxiedClient.of(channel);
        return client == null ? null : client.commonName();
    }

    /** As {@link Endpoint#peerCertificates}. */
    static List<X509Certificate> certificates(ChannelPipeline pipeline) {
        SslHandler ssl = pipeline.get(SslHandler.class);
        if (ssl == null) {
            return List.of();
        }
        try {
            return Arrays.stream(ssl.engine().getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException shownNone) {
            return List.of();
        }
    }
}
