/** What is done to the nodes under load, one class for each family of faults, and what holds for all of them. */
@NullMarked
package io.lacewing.lab.scenario;

import org.jspecify.annotations.NullMarked;
