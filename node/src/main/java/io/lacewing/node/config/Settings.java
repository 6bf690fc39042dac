package io.lacewing.node.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of all sources laid over each other: what is put later replaces what was put earlier. Used by one
 * thread while the configuration is read.
 */
final class Settings {
    private final Map<String, Setting> byPath = new HashMap<>();
    private final Map<String, Integer> lengths = new HashMap<>();

    /** Sets one key. An index may be that of an existing element, or the next, which adds an element. */
    void put(Setting setting) {
        String path = setting.path();
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            if (Character.isDigit(path.charAt(dot + 1))) {
                int end = path.indexOf('.', dot + 1);
                String index = path.substring(dot + 1, end < 0 ? path.length() : end);
                extend(path.substring(0, dot), index, setting);
            }
        }
        byPath.put(path, setting);
    }

    private void extend(String list, String index, Setting setting) {
        int length = length(list);
        if (index.equals(Integer.toString(length))) {
            lengths.put(list, length + 1);
        } else if (index.length() > 4 || Integer.parseInt(index) > length) {
            throw setting.refuse("the list has " + length + " elements, so the next index is " + length);
        }
    }

    /** Replaces a whole list by {@code length} elements without any settings yet. */
    void replaceList(String list, int length) {
        byPath.keySet().removeIf(path -> path.startsWith(list + "."));
        lengths.put(list, length);
    }

    int length(String list) {
        return lengths.getOrDefault(list, 0);
    }

    /** The value of a key that has a default. */
    <T> T get(Key<T> key) {
        T value = find(key, key.name(), key.fallback());
        if (value == null) {
            throw new IllegalStateException(key.name() + " has no default");
        }
        return value;
    }

    /** The value of a key, or null if no source gave one and it has no default. */
    <T> @Nullable T find(Key<T> key) {
        return find(key, key.name(), key.fallback());
    }

    /** The value of a key of the list's element {@code index}, where {@code fallback} is its default, computed. */
    <T> T element(Key<T> key, int index, String fallback) {
        T value = find(key, key.at(index), fallback);
        if (value == null) {
            throw new IllegalStateException(key.name() + " has no default");
        }
        return value;
    }

    /** All elements of a list of plain values, {@code key} being named {@code list[]}. */
    <T> List<T> list(Key<T> key) {
        String list = key.name().substring(0, key.name().length() - "[]".length());
        List<T> values = new ArrayList<>();
        for (int i = 0; i < length(list); i++) {
            T value = find(key, key.at(i), null);
            if (value == null) {
                throw new ConfigException(key.at(i) + ": must be " + key.type().allowed());
            }
            values.add(value);
        }
        return List.copyOf(values);
    }

    private <T> @Nullable T find(Key<T> key, String path, @Nullable String fallback) {
        Setting setting = byPath.get(path);
        String text = setting == null ? fallback : setting.text();
        if (text == null) {
            return null;
        }
        T value = key.type().parse(text);
        if (value != null) {
            return value;
        }
        Setting wrong = setting == null ? new Setting(path, text, "default") : setting;
        throw wrong.refuse("must be " + key.type().allowed());
    }

    /** True if a source set this path. */
    boolean isSet(String path) {
        return byPath.containsKey(path);
    }

    /** A refusal that names where {@code path} was set, for a rule about more than one key. */
    ConfigException refuse(String path, String reason) {
        Setting setting = byPath.get(path);
        return setting == null ? new ConfigException(path + ": " + reason) : setting.refuse(reason);
    }
}
