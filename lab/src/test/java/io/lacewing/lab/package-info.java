@NullMarked
package io.lacewing.lab;

import org.jspecify.annotations.NullMarked;
