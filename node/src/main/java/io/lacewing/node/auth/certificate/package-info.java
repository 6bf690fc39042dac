/** Client certificates: who shows one is whom it names, or may only come by the names in it. */
@NullMarked
package io.lacewing.node.auth.certificate;

import org.jspecify.annotations.NullMarked;
