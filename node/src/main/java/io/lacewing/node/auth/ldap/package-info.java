/** A directory that is asked by LDAP who a client is. */
@NullMarked
package io.lacewing.node.auth.ldap;

import org.jspecify.annotations.NullMarked;
