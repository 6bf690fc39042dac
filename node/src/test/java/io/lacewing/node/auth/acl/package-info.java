/** Tests of the rules file. */
@NullMarked
package io.lacewing.node.auth.acl;

import org.jspecify.annotations.NullMarked;
