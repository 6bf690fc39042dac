package io.lacewing.node.config;

/**
 * How the node is watched.
 *
 * @param http the endpoint for health and metrics
 * @param log the log
 */
public record MonitoringConfig(HttpConfig http, LogConfig log) {}
