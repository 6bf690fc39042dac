@NullMarked
package io.lacewing.lab.history;

import org.jspecify.annotations.NullMarked;
