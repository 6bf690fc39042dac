package io.lacewing.node.auth.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.PostConnectProcessor;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.SingleServerSet;
import com.unboundid.ldap.sdk.StartTLSPostConnectProcessor;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import com.unboundid.util.ssl.JVMDefaultTrustManager;
import com.unboundid.util.ssl.SSLUtil;
import io.lacewing.node.config.LdapAuthConfig;
import io.lacewing.node.files.FileException;
import io.lacewing.node.files.SmallFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.SocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a directory is reached, made of the configuration and its files.
 *
 * @param trust null: whom the JDK trusts
 * @param service as whom connections are bound; null: they are not, so they are nobody
 */
record LdapServer(
        LdapAuthConfig config,
        TrustManager @Nullable [] trust,
        @Nullable BindRequest service) {
    private static final int PORT = 389;
    private static final int TLS_PORT = 636;
    private static final long MAX_AGE_MILLIS = 600_000;

    /**
     * Reads the files, and whether names and filters are such. Blocks for the files.
     *
     * @throws FileException if something can't be used; names the key
     */
    static LdapServer read(LdapAuthConfig config) throws FileException {
        checkNames(config);
        return new LdapServer(config, trust(config), service(config));
    }

    private static void checkNames(LdapAuthConfig config) throws FileException {
        LdapAuthConfig.Search search = config.search();
        if (search != null) {
            checkDn("auth.ldap.search.base", search.base());
            checkDn("auth.ldap.search.bindDn", search.bindDn());
            checkFilter("auth.ldap.search.filter", search.filter());
        }
        checkDn("auth.ldap.userDn", config.userDn());
        checkDn("auth.ldap.groups.base", config.groups().base());
        checkFilter("auth.ldap.groups.filter", config.groups().filter());
    }

    private static void checkDn(String key, @Nullable String dn) throws FileException {
        if (dn != null && !DN.isValidDN(dn)) {
            throw new FileException(key + ": is no distinguished name, as ou=people,dc=example,dc=org is");
        }
    }

    private static void checkFilter(String key, String filter) throws FileException {
        try {
            var unused = LdapNames.filter(filter, "x", "cn=x");
        } catch (LDAPException e) {
            throw new FileException(key + ": is no filter: " + e.getExceptionMessage(), e);
        }
    }

    private static @Nullable BindRequest service(LdapAuthConfig config) throws FileException {
        LdapAuthConfig.Search search = config.search();
        if (search == null || search.bindDn() == null || search.passwordFile() == null) {
            return null;
        }
        try {
            return new SimpleBindRequest(search.bindDn(), SmallFile.secret(search.passwordFile()));
        } catch (FileException e) {
            throw new FileException("auth.ldap.search.passwordFile: " + e.getMessage(), e);
        }
    }

    private static TrustManager @Nullable [] trust(LdapAuthConfig config) throws FileException {
        if (config.ca() == null) {
            return null;
        }
        try {
            KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
            authorities.load(null, null);
            int i = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(SmallFile.authorities(config.ca())))) {
                authorities.setCertificateEntry("ca" + i++, each);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(authorities);
            return factory.getTrustManagers();
        } catch (FileException | GeneralSecurityException | IOException e) {
            throw new FileException("auth.ldap.ca: " + e.getMessage(), e);
        }
    }

    /** Connections to it, of which none is made yet. */
    LDAPConnectionPool connections() {
        try {
            return connect();
        } catch (GeneralSecurityException | LDAPException e) {
            throw new IllegalStateException("a pool without connections can't fail", e);
        }
    }

    private LDAPConnectionPool connect() throws GeneralSecurityException, LDAPException {
        URI url = config.url();
        boolean ldaps = url.getScheme().equals("ldaps");
        int timeout = Math.toIntExact(config.remote().timeout().toMillis());
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis(timeout);
        options.setResponseTimeoutMillis(timeout);
        options.setAbandonOnTimeout(true);
        options.setFollowReferrals(false);
        options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
        SSLUtil tls = trust == null ? new SSLUtil(JVMDefaultTrustManager.getInstance()) : new SSLUtil(trust);
        SocketFactory sockets = ldaps ? tls.createSSLSocketFactory() : SocketFactory.getDefault();
        PostConnectProcessor first =
                config.startTls() ? new StartTLSPostConnectProcessor(tls.createSSLSocketFactory()) : null;
        int port = url.getPort() < 0 ? (ldaps ? TLS_PORT : PORT) : url.getPort();
        String host = url.getHost().replace("[", "").replace("]", "");
        LDAPConnectionPool pool = new LDAPConnectionPool(
                new SingleServerSet(host, port, sockets, options, service, first),
                service,
                0,
                config.remote().maxRequests());
        pool.setConnectionPoolName("lacewing-ldap");
        pool.setMaxConnectionAgeMillis(MAX_AGE_MILLIS);
        pool.setMaxWaitTimeMillis(timeout);
        return pool;
    }
}
