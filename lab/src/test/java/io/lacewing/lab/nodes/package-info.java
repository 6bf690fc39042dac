@NullMarked
package io.lacewing.lab.nodes;

import org.jspecify.annotations.NullMarked;
