package io.lacewing.router;

/**
 * What identifies a route.
 *
 * @param destination where the messages go
 * @param filter which messages; with {@code $share/group/} if the route is a share group's
 */
public record RouteKey(Destination destination, TopicFilter filter) {}
