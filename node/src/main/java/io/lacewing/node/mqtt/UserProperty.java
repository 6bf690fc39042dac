package io.lacewing.node.mqtt;

/** One user property (2.2.2.2): a name and a value without meaning to the standard. Names may repeat. */
public record UserProperty(String name, String value) {}
