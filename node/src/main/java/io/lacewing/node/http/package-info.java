/** The HTTP endpoint for health, metrics and operators, and who may use it. */
@NullMarked
package io.lacewing.node.http;

import org.jspecify.annotations.NullMarked;
