package io.lacewing.node.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of all sources laid over each other: what is put later replaces what was put earlier. Used by one
 * thread while the configuration is read.
 */
final class Settings {
    private final Map<String, Setting> byPath = new HashMap<>();
    private final Map<String, Integer> lengths = new HashMap<>();
    private final Set<String> mentioned = new HashSet<>();

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
        lengths.keySet().removeIf(path -> path.startsWith(list + "."));
        mentioned.removeIf(path -> path.startsWith(list + "."));
        lengths.put(list, length);
    }

    /** A source has this section, be it empty. */
    void mention(String section) {
        mentioned.add(section);
    }

    /** True if a source has this section, be it empty, or sets something in it, be it an empty list. */
    boolean mentions(String section) {
        return mentioned.contains(section)
                || anySet(section) != null
                || lengths.keySet().stream().anyMatch(list -> list.startsWith(section + "."));
    }

    /** True if a source has given a list, be it an empty one. */
    boolean isList(String list) {
        return lengths.containsKey(list);
    }

    int length(String list) {
        return lengths.getOrDefault(list, 0);
    }

    /** The value of a key of the list's element {@code index}, where {@code fallback} is its default, computed. */
    <T> T element(Key<T> key, int index, String fallback) {
        T value = find(key, key.at(index), fallback);
        if (value == null) {
            throw new IllegalStateException(key.name() + " has no default");
        }
        return value;
    }

    /** The value of a key that has a default; {@code indices} are those of the lists that it is in. */
    <T> T get(Key<T> key, int... indices) {
        T value = find(key, key.at(indices), key.fallback());
        if (value == null) {
            throw new IllegalStateException(key.name() + " has no default");
        }
        return value;
    }

    /** As {@link #get}, or null if no source gave a value and the key has no default. */
    <T> @Nullable T find(Key<T> key, int... indices) {
        return find(key, key.at(indices), key.fallback());
    }

    /** All elements of a list of plain values, {@code key} being named {@code list[]}, with the index in each list around. */
    <T> List<T> list(Key<T> key, int... around) {
        String name = key.at(around);
        String list = name.substring(0, name.length() - "[]".length());
        List<T> values = new ArrayList<>();
        for (int i = 0; i < length(list); i++) {
            String path = list + "." + i;
            T value = find(key, path, null);
            if (value == null) {
                throw new ConfigException(path + ": must be " + key.type().allowed());
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

    /** One of the paths below {@code section} that a source set, the first by name; null if there is none. */
    @Nullable
    String anySet(String section) {
        return byPath.keySet().stream()
                .filter(path -> path.startsWith(section + "."))
                .sorted()
                .findFirst()
                .orElse(null);
    }

    /** A refusal that names where {@code path} was set, for a rule about more than one key. */
    ConfigException refuse(String path, String reason) {
        Setting setting = byPath.get(path);
        return setting == null ? new ConfigException(path + ": " + reason) : setting.refuse(reason);
    }
}
