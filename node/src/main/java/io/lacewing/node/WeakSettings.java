package io.lacewing.node;

import io.lacewing.node.auth.RemoteHost;
import io.lacewing.node.auth.password.PasswordFile;
import io.lacewing.node.config.AnonymousAccess;
import io.lacewing.node.config.AuthConfig;
import io.lacewing.node.config.ClusterConfig;
import io.lacewing.node.config.ExternalAuthConfig;
import io.lacewing.node.config.HttpAccess;
import io.lacewing.node.config.HttpAuthConfig;
import io.lacewing.node.config.HttpConfig;
import io.lacewing.node.config.HttpTlsConfig;
import io.lacewing.node.config.JwtConfig;
import io.lacewing.node.config.LdapAuthConfig;
import io.lacewing.node.config.ListenerConfig;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.config.PeerTlsConfig;
import io.lacewing.node.config.SqlAuthConfig;
import io.lacewing.node.config.TlsConfig;
import io.lacewing.node.files.FileException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is allowed in a configuration, but leaves open what should be closed: a sentence for each, that begins with the key and says
 * what to do. Blocks, as it looks at files.
 */
final class WeakSettings {
    private static final int LOW_BCRYPT_COST = 10;

    private final NodeConfig config;
    private final List<String> found = new ArrayList<>();

    private WeakSettings(NodeConfig config) {
        this.config = config;
    }

    /** All of a configuration whose files can be used. */
    static List<String> of(NodeConfig config) {
        WeakSettings weak = new WeakSettings(config);
        weak.lookAtListeners();
        weak.lookAtAccess();
        weak.lookAtPorts();
        weak.lookAtFiles();
        weak.lookAtPasswords();
        return List.copyOf(weak.found);
    }

    private void say(String key, String what) {
        found.add(key + ": " + what);
    }

    private boolean namesAreChecked() {
        AuthConfig auth = config.auth();
        ExternalAuthConfig external = auth.external();
        return auth.passwordFile() != null
                || auth.jwt() != null
                || external.http() != null
                || external.ldap() != null
                || external.sql() != null;
    }

    private void lookAtListeners() {
        for (int i = 0; i < config.listeners().size(); i++) {
            ListenerConfig listener = config.listeners().get(i);
            if (namesAreChecked() && !listener.type().isSecure() && isReachable(listener.host())) {
                say(
                        "listeners." + i + ".type",
                        "passwords and tokens come to " + listener.host()
                                + " in clear; make it tls or wss, or bind it to" + " 127.0.0.1");
            }
        }
    }

    private void lookAtAccess() {
        AuthConfig auth = config.auth();
        boolean reachable = config.listeners().stream().anyMatch(listener -> isReachable(listener.host()));
        if (!reachable) {
            return;
        }
        boolean open = auth.anonymous() == AnonymousAccess.ALLOW;
        if (open) {
            say(
                    "auth.anonymous",
                    "everybody who reaches a listener is let in; set deny, and auth.passwordFile, auth.jwt, auth.http,"
                            + " auth.ldap or auth.sql, or bind the listeners to 127.0.0.1");
        }
        if (auth.aclFile() == null && (open || namesAreChecked())) {
            say("auth.aclFile", "not set: who is let in may publish and subscribe to everything; give rules");
        }
        if (namesAreChecked() && config.bans().guessing().most() == 0) {
            say(
                    "bans.guessing.failures",
                    "0: nobody is banned for guessing passwords; leave it out where clients have addresses of their own");
        }
    }

    private void lookAtPorts() {
        HttpConfig http = config.monitoring().http();
        boolean reachable = http.enabled() && isReachable(http.host());
        if (reachable && http.tls() == null) {
            say(
                    "http.host",
                    "passwords of those who administer come to " + http.host()
                            + " in clear; set http.tls, or bind it to 127.0.0.1");
        }
        if (reachable && http.metrics() == HttpAccess.OPEN) {
            say("http.metrics", "open: whoever reaches " + http.host() + " reads metrics; set users, or leave it out");
        }
        ClusterConfig cluster = config.cluster();
        if (cluster.enabled()
                && cluster.tls() == null
                && isReachable(cluster.address().bind())) {
            say(
                    "cluster.tls",
                    "not set: messages between nodes are in clear, and whoever reaches the port may send some; set it");
        }
    }

    private void lookAtFiles() {
        AuthConfig auth = config.auth();
        lookAtFile("auth.passwordFile", auth.passwordFile());
        JwtConfig jwt = auth.jwt();
        for (int i = 0; jwt != null && i < jwt.keys().size(); i++) {
            if (jwt.keys().get(i).algorithm().startsWith("HS")) {
                lookAtFile("auth.jwt.keys." + i + ".file", jwt.keys().get(i).file());
            }
        }
        for (int i = 0; i < config.listeners().size(); i++) {
            TlsConfig tls = config.listeners().get(i).tls();
            for (int j = 0; tls != null && j < tls.certificates().size(); j++) {
                lookAtFile(
                        "listeners." + i + ".tls.certificates." + j + ".key",
                        tls.certificates().get(j).key());
            }
        }
        PeerTlsConfig peers = config.cluster().tls();
        if (peers != null) {
            lookAtFile("cluster.tls.key", peers.key());
        }
        lookAtFilesOfHttp(config.monitoring().http());
        lookAtSecretsOf(auth.external());
    }

    private void lookAtFilesOfHttp(HttpConfig http) {
        if (!http.enabled()) {
            return;
        }
        lookAtFile("http.users", http.users());
        HttpTlsConfig tls = http.tls();
        if (tls != null) {
            lookAtFile("http.tls.key", tls.key());
        }
    }

    private void lookAtSecretsOf(ExternalAuthConfig external) {
        HttpAuthConfig http = external.http();
        for (int i = 0; http != null && i < http.headers().size(); i++) {
            lookAtFile(HttpAuthConfig.headerFile(i), http.headers().get(i).file());
        }
        LdapAuthConfig ldap = external.ldap();
        LdapAuthConfig.Search search = ldap == null ? null : ldap.search();
        if (search != null) {
            lookAtFile("auth.ldap.search.passwordFile", search.passwordFile());
        }
        SqlAuthConfig sql = external.sql();
        if (sql != null) {
            lookAtFile("auth.sql.passwordFile", sql.passwordFile());
        }
    }

    private void lookAtFile(String key, @Nullable Path file) {
        if (file == null) {
            return;
        }
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        try {
            if (view != null && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
                say(key, file + " can be read by every user of this machine; chmod 600 it, or 640");
            }
        } catch (IOException e) {
            say(key, file + ": can't be looked at: " + e.getMessage());
        }
    }

    private void lookAtPasswords() {
        Path file = config.auth().passwordFile();
        if (file == null) {
            return;
        }
        try {
            long weak = PasswordFile.read(file).bcryptBelow(LOW_BCRYPT_COST);
            if (weak > 0) {
                say(
                        "auth.passwordFile",
                        weak + " hashes by bcrypt have a cost below " + LOW_BCRYPT_COST
                                + ", which is guessed quickly by who gets the file; set these passwords anew by `lacewing"
                                + " passwd`");
            }
        } catch (FileException e) {
            say("auth.passwordFile", String.valueOf(e.getMessage()));
        }
    }

    /** False for addresses that only this machine reaches. */
    private static boolean isReachable(String host) {
        InetAddress address = RemoteHost.parse(host);
        return address == null ? !host.equals("localhost") : !address.isLoopbackAddress();
    }
}
