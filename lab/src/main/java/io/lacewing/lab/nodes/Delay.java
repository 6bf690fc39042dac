package io.lacewing.lab.nodes;

/**
 * How slow a link is in each direction.
 *
 * @param millis how late each packet is at least
 * @param jitterMillis how much later it may be; packets keep their order
 * @param lossPercent how many of a hundred are lost
 */
public record Delay(int millis, int jitterMillis, double lossPercent) {}
