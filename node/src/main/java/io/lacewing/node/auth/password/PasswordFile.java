package io.lacewing.node.auth.password;

import io.lacewing.node.auth.scram.ScramAlgorithm;
import io.lacewing.node.auth.scram.ScramKeys;
import io.lacewing.node.files.FileException;
import io.lacewing.node.files.FileWatch;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a password file says: UTF-8, a user per line as {@code user:hash} or {@code user:hash:group,group}. Empty lines and
 * those that begin with {@code #} mean nothing. Immutable.
 */
public final class PasswordFile {
    /** Bytes; some 100,000 users. */
    static final int MAX_BYTES = 16 << 20;

    private static final int MAX_GROUPS = 64;

    /** Also what {@code --group} of {@code lacewing passwd} takes. */
    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** A byte order mark, which some editors put before UTF-8. */
    private static final String MARK = "\uFEFF";

    /** How it is read. */
    public static final FileWatch.Format<PasswordFile> FORMAT = new FileWatch.Format<>() {
        @Override
        public String name() {
            return "password file";
        }

        @Override
        public int maxBytes() {
            return MAX_BYTES;
        }

        @Override
        public String ifMissing(Path path) {
            return "make it with: lacewing passwd " + path + " USER";
        }

        @Override
        public PasswordFile parse(Path path, byte[] content) throws FileException {
            return PasswordFile.parse(path, content);
        }

        @Override
        public String describe(PasswordFile content) {
            return content.size() + " users";
        }
    };

    private final Path path;
    private final Map<String, User> users;
    private final List<User> inOrder;
    private final Map<ScramAlgorithm, ScramKeys> samples = new EnumMap<>(ScramAlgorithm.class);

    private PasswordFile(Path path, Map<String, User> users) {
        this.path = path;
        this.users = Collections.unmodifiableMap(users);
        this.inOrder = List.copyOf(users.values());
        for (User user : inOrder) {
            if (user.hash() instanceof ScramHash(ScramKeys keys)) {
                samples.putIfAbsent(keys.algorithm(), keys);
            }
        }
    }

    /**
     * Reads a file. Blocks.
     *
     * @throws FileException if it can't be read or a line is not as it should be
     */
    public static PasswordFile read(Path path) throws FileException {
        return FileWatch.read(path, FORMAT);
    }

    /** How many users have a hash by bcrypt whose cost is below this. */
    public long bcryptBelow(int cost) {
        return inOrder.stream()
                .filter(user -> user.hash() instanceof BcryptHash hash && hash.cost() < cost)
                .count();
    }

    /** Reads the content of the file {@code path}, which is for messages only. */
    static PasswordFile parse(Path path, byte[] content) throws FileException {
        Map<String, User> users = new LinkedHashMap<>();
        List<String> lines = lines(path, content);
        for (int i = 0; i < lines.size(); i++) {
            User user;
            try {
                user = user(lines.get(i));
            } catch (IllegalArgumentException e) {
                throw new FileException(path + ":" + (i + 1) + ": " + e.getMessage(), e);
            }
            if (user != null && users.putIfAbsent(user.name(), user) != null) {
                throw new FileException(
                        path + ":" + (i + 1) + ": the user has a line before this one; remove one of them");
            }
        }
        return new PasswordFile(path, users);
    }

    /** The lines, without their ends; the last one is not empty. */
    static List<String> lines(Path path, byte[] content) throws FileException {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= content.length; i++) {
            if (i == content.length ? i > start : content[i] == '\n') {
                int end = i > start && content[i - 1] == '\r' ? i - 1 : i;
                try {
                    lines.add(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content, start, end - start))
                            .toString());
                } catch (CharacterCodingException e) {
                    throw new FileException(
                            path + ":" + (lines.size() + 1) + ": is not UTF-8 text; save it as such", e);
                }
                start = i + 1;
            }
        }
        if (!lines.isEmpty() && lines.getFirst().startsWith(MARK)) {
            lines.set(0, lines.getFirst().substring(MARK.length()));
        }
        return lines;
    }

    /** The user of a line; null if it has none. */
    static @Nullable User user(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            return null;
        }
        String[] parts = line.split(":", -1);
        if (parts.length < 2 || parts.length > 3) {
            throw new IllegalArgumentException("must be user:hash or user:hash:group,group");
        }
        checkName(parts[0]);
        Set<String> groups = new LinkedHashSet<>();
        if (parts.length == 3 && !parts[2].isEmpty()) {
            for (String group : parts[2].split(",", -1)) {
                groups.add(group);
            }
        }
        checkGroups(groups);
        PasswordHash hash = PasswordHash.parse(parts[1]);
        if (hash instanceof ScramHash) {
            ScramKeys.checkName(parts[0]);
        }
        return new User(parts[0], hash, Collections.unmodifiableSet(groups));
    }

    /**
     * Looks whether a name can stand in a password file.
     *
     * @throws IllegalArgumentException if not
     */
    static void checkName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the user name is empty");
        }
        if (name.startsWith("#") || !name.equals(name.strip())) {
            throw new IllegalArgumentException("the user name begins with '#', or begins or ends with a space");
        }
        if (name.contains(":") || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the user name has a ':' or a control character");
        }
    }

    /**
     * Looks whether these can be a user's groups.
     *
     * @throws IllegalArgumentException if not
     */
    static void checkGroups(Set<String> groups) {
        if (groups.size() > MAX_GROUPS) {
            throw new IllegalArgumentException("the user is in more than " + MAX_GROUPS + " groups");
        }
        for (String group : groups) {
            if (!GROUP.matcher(group).matches()) {
                throw new IllegalArgumentException("the group '" + group
                        + "' must be 1 to 64 letters, digits, '.', '_' or '-', with a ',' between groups");
            }
        }
    }

    /** Where it was read. */
    public Path path() {
        return path;
    }

    /** How many users it has. */
    public int size() {
        return inOrder.size();
    }

    @Nullable
    User find(String name) {
        return users.get(name);
    }

    /** The keys of the first user that has some of this kind; null if there is none. */
    @Nullable
    ScramKeys sample(ScramAlgorithm algorithm) {
        return samples.get(algorithm);
    }

    /** The names of its users with their groups, in the order of the file. */
    public Map<String, Set<String>> groups() {
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        inOrder.forEach(user -> groups.put(user.name(), user.groups()));
        return groups;
    }

    /** Its users, in the order of the file. */
    List<User> all() {
        return inOrder;
    }
}
