package io.lacewing.node.http;

/**
 * Who a request is from, as has been proven.
 *
 * @param name of the user, or what stands for whoever can read the data directory
 */
record Caller(String name, AdminRole role) {}
