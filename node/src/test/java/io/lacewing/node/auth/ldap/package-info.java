/** Tests of LDAP. */
@NullMarked
package io.lacewing.node.auth.ldap;

import org.jspecify.annotations.NullMarked;
