package io.lacewing.node.config;

/** Where the name of a client's tenant is taken from. */
public enum TenantSource {
    /** There are no tenants. */
    NONE,
    /** In front of the separator in the user name that the client has proven. */
    USERNAME_PREFIX,
    /** The organization (O) in the subject of the client's certificate. */
    CERTIFICATE_O,
    /** The organizational unit (OU) in the subject of the client's certificate. */
    CERTIFICATE_OU
}
