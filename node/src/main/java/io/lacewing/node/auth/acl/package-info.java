/** The rules file: who may do what. Read again when it changes. */
@NullMarked
package io.lacewing.node.auth.acl;

import org.jspecify.annotations.NullMarked;
