package io.lacewing.node.overload;

/**
 * What a node has to do.
 *
 * @param level how overloaded it is
 * @param sheds true if clients are to be disconnected now: not any more when enough have been, though the level still holds
 * @param cause what was measured, for people
 */
public record Verdict(Level level, boolean sheds, String cause) {}
