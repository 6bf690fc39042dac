@NullMarked
package io.lacewing.lab.client;

import org.jspecify.annotations.NullMarked;
