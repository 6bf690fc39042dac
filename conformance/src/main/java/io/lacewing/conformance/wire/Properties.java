package io.lacewing.conformance.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A property block in the making (2.2.2), without its length; nothing is checked. */
public final class Properties {
    private final Bytes bytes = new Bytes();
    private byte @Nullable [] length;

    /** A property whose value is a number, in the property's own form. */
    public Properties number(Property property, long value) {
        bytes.u8(property.id());
        switch (property.form()) {
            case BYTE -> bytes.u8((int) value);
            case TWO_BYTES -> bytes.u16((int) value);
            case FOUR_BYTES -> bytes.u32(value);
            case VARIABLE -> bytes.varInt((int) value);
            case TEXT, BINARY, PAIR -> throw new IllegalArgumentException(property + " is not a number");
        }
        return this;
    }

    /** A property whose value is text or binary data. */
    public Properties text(Property property, String value) {
        return binary(property, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A property whose value is text or binary data, given as bytes. */
    public Properties binary(Property property, byte[] value) {
        bytes.u8(property.id()).binary(value);
        return this;
    }

    /** A user property. */
    public Properties user(String name, String value) {
        bytes.u8(Property.USER_PROPERTY.id()).text(name).text(value);
        return this;
    }

    /** A user property, given as bytes. */
    public Properties user(byte[] name, byte[] value) {
        bytes.u8(Property.USER_PROPERTY.id()).binary(name).binary(value);
        return this;
    }

    /** These bytes are sent as the length of the block, instead of those that are right. */
    public Properties length(int... values) {
        length = Bytes.of(values);
        return this;
    }

    /** Bytes as they are. */
    public Properties raw(int... values) {
        bytes.raw(values);
        return this;
    }

    /** A value of each form that the standard allows for {@code property}. */
    public Properties any(Property property) {
        return switch (property.form()) {
            case BYTE, TWO_BYTES, FOUR_BYTES, VARIABLE -> number(property, 1);
            case TEXT, BINARY -> text(property, "any");
            case PAIR -> user("name", "value");
        };
    }

    /** The block without its length. */
    public byte[] toArray() {
        return bytes.toArray();
    }

    /** The block with its length in front. */
    public byte[] block() {
        byte[] content = toArray();
        if (length != null) {
            return new Bytes().raw(length).raw(content).toArray();
        }
        return new Bytes().varInt(content.length).raw(content).toArray();
    }
}
