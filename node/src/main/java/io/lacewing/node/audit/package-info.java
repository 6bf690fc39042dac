/**
 * The audit log: who came and went, who was refused or denied what, and what operators changed. Told by any thread, which is never
 * held up for it, and written by one of its own. Knows no packets.
 */
@NullMarked
package io.lacewing.node.audit;

import org.jspecify.annotations.NullMarked;
