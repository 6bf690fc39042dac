package io.lacewing.node.config;

import java.time.Duration;

/**
 * When somebody is banned automatically.
 *
 * @param most how often something may happen; 0: nobody is banned for it
 * @param within in which time
 * @param length how long the ban lasts
 */
public record BanRule(int most, Duration within, Duration length) {}
