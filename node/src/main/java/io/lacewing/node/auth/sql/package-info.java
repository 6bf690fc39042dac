/** A database that is asked for the hash of a user's password. */
@NullMarked
package io.lacewing.node.auth.sql;

import org.jspecify.annotations.NullMarked;
