/** The HTTP endpoint for health and metrics. */
@NullMarked
package io.lacewing.node.http;

import org.jspecify.annotations.NullMarked;
