package io.lacewing.node.config;

/**
 * How the node is watched.
 *
 * @param http the endpoint for health and metrics
 * @param log the log
 * @param audit the audit log
 */
public record MonitoringConfig(HttpConfig http, LogConfig log, AuditConfig audit) {}
