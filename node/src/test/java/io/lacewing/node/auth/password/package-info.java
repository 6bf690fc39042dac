@NullMarked
package io.lacewing.node.auth.password;

import org.jspecify.annotations.NullMarked;
