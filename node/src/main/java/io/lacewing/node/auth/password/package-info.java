/**
 * The password file: users with the hashes of their passwords. Read and looked at again while the node runs, and written by
 * {@code lacewing passwd}.
 */
@NullMarked
package io.lacewing.node.auth.password;

import org.jspecify.annotations.NullMarked;
