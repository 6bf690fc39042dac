@NullMarked
package io.lacewing.lab.scenario;

import org.jspecify.annotations.NullMarked;
