package io.lacewing.node.config;

import org.jspecify.annotations.Nullable;

/**
 * Other systems that are asked who clients are.
 *
 * @param http null if none is asked by HTTP
 */
public record ExternalAuthConfig(@Nullable HttpAuthConfig http) {
    static ExternalAuthConfig from(Settings settings) {
        return new ExternalAuthConfig(HttpAuthConfig.from(settings));
    }
}
