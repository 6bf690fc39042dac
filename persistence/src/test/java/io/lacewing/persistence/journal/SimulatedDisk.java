package io.lacewing.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A disk in memory that knows what is forced and what is in the system's cache only, and fails in every way that the
 * journal has to bear: full, read-only, writes that stop in the middle, forces that fail and lose what was cached, a
 * process that is killed within any call, a machine that goes down, bits that flip.
 */
final class SimulatedDisk implements Disk {
    static final int PAGE = 4096;

    /** The process ends here. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Node {
        byte[] cached = {};
        byte[] forced = {};
    }

    private final Random random;
    private final Map<Path, Node> names = new TreeMap<>();
    private final Map<Path, Node> forcedNames = new TreeMap<>();
    private final Set<Path> locks = new HashSet<>();
    private int boots = 1;

    /** Writes that would bring all files together above this fail, after a part. */
    long capacity = Long.MAX_VALUE;

    boolean readOnly;
    boolean truncateFails;
    boolean bootKnown = true;
    /** How many of 1,000 writes and of 1,000 forces fail. */
    int failingWrites;

    int failingForces;
    /** Forces of files that were opened again fail. */
    boolean reopenedForcesFail;
    /** A force failed, so what was cached may be lost; until the next process. */
    boolean lostCache;
    /** After so many calls the process is killed; negative: never. */
    int killIn = -1;

    SimulatedDisk(Random random) {
        this.random = random;
    }

    private final class Handle implements File {
        private final Node node;
        private final boolean reopened;
        private boolean closed;

        Handle(Node node, boolean reopened) {
            this.node = node;
            this.reopened = reopened;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            int count = bytes.remaining();
            int part = count;
            boolean killed = killedNow();
            boolean full = total() - node.cached.length + Math.max(node.cached.length, position + count) > capacity;
            boolean failed = closed || readOnly || full || fails(failingWrites);
            if (closed || readOnly) {
                part = 0;
            } else if (killed || failed) {
                part = random.nextInt(count + 1);
                if (full) {
                    part = Math.clamp(capacity - total(), 0, part);
                }
            }
            int end = (int) position + part;
            if (end > node.cached.length) {
                node.cached = Arrays.copyOf(node.cached, end);
            }
            bytes.get(node.cached, (int) position, part);
            bytes.position(bytes.limit());
            if (killed) {
                throw new Killed();
            }
            if (failed) {
                throw new IOException(
                        readOnly ? "Read-only file system" : full ? "No space left on device" : "I/O error");
            }
        }

        @Override
        public void force() throws IOException {
            live();
            if (fails(failingForces) || readOnly || (reopened && reopenedForcesFail)) {
                lostCache = true;
                // What could not be written is dropped from the cache; the size stays.
                node.cached = Arrays.copyOf(crashed(node), node.cached.length);
                node.forced = node.cached.clone();
                throw new IOException("I/O error");
            }
            node.forced = node.cached.clone();
        }

        @Override
        public void truncate(long size) throws IOException {
            live();
            if (readOnly || truncateFails) {
                throw new IOException(readOnly ? "Read-only file system" : "I/O error");
            }
            if (size < node.cached.length) {
                node.cached = Arrays.copyOf(node.cached, (int) size);
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private boolean fails(int perMille) {
        return perMille > 0 && random.nextInt(1_000) < perMille;
    }

    private boolean killedNow() {
        return killIn >= 0 && killIn-- == 0;
    }

    private void live() {
        if (killedNow()) {
            throw new Killed();
        }
    }

    private void writable() throws IOException {
        live();
        if (readOnly) {
            throw new IOException("Read-only file system");
        }
    }

    long total() {
        return names.values().stream().mapToLong(node -> node.cached.length).sum();
    }

    @Override
    public void createDirectories(Path dir) {}

    @Override
    public List<Path> list(Path dir) {
        return names.keySet().stream()
                .filter(path -> dir.equals(path.getParent()))
                .toList();
    }

    @Override
    public long size(Path file) throws IOException {
        return node(file).cached.length;
    }

    @Override
    public int read(Path file, byte[] into, int count) throws IOException {
        byte[] bytes = node(file).cached;
        int part = Math.min(count, bytes.length);
        System.arraycopy(bytes, 0, into, 0, part);
        return part;
    }

    private Node node(Path file) throws IOException {
        Node node = names.get(file);
        if (node == null) {
            throw new IOException("no file " + file);
        }
        return node;
    }

    @Override
    public File create(Path file) throws IOException {
        writable();
        if (names.containsKey(file)) {
            throw new IOException(file + " is there");
        }
        Node node = new Node();
        names.put(file, node);
        return new Handle(node, false);
    }

    @Override
    public File open(Path file) throws IOException {
        writable();
        return new Handle(node(file), true);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        writable();
        names.put(to, node(from));
        names.remove(from);
    }

    @Override
    public void delete(Path file) throws IOException {
        writable();
        names.remove(file);
    }

    @Override
    public void forceDirectory(Path dir) throws IOException {
        live();
        if (readOnly || fails(failingForces)) {
            throw new IOException("I/O error");
        }
        forcedNames.clear();
        forcedNames.putAll(names);
    }

    @Override
    public Lock lock(Path file) throws IOException {
        if (!locks.add(file)) {
            throw new IOException("held by this process");
        }
        return () -> locks.remove(file);
    }

    @Override
    public String bootId() {
        return bootKnown ? "boot " + boots : "";
    }

    /** The process is gone; the system's cache is not. */
    void processEnds() {
        locks.clear();
        killIn = -1;
    }

    /** The machine goes down: of what was not forced, any part may be there. */
    void machineGoesDown() {
        processEnds();
        boots++;
        Map<Path, Node> left = new TreeMap<>();
        Set<Path> all = new TreeSet<>(names.keySet());
        all.addAll(forcedNames.keySet());
        for (Path path : all) {
            Node node = random.nextBoolean() ? names.get(path) : forcedNames.get(path);
            if (node != null) {
                left.put(path, node);
            }
        }
        names.clear();
        names.putAll(left);
        forcedNames.clear();
        forcedNames.putAll(left);
        for (Node node : new LinkedHashSet<>(left.values())) {
            node.cached = crashed(node);
            node.forced = node.cached.clone();
        }
    }

    /** What is left of a file: what was forced, and of the rest its beginning, or any pages of it. */
    private byte[] crashed(Node node) {
        int same = Arrays.mismatch(node.forced, node.cached);
        if (same < 0) {
            return node.cached;
        }
        int size = random.nextBoolean()
                ? node.cached.length
                : Math.min(node.forced.length, node.cached.length)
                        + random.nextInt(Math.abs(node.forced.length - node.cached.length) + 1);
        byte[] left = Arrays.copyOf(node.forced, size);
        boolean prefix = random.nextBoolean();
        int cut = same + random.nextInt(Math.max(1, size - same));
        for (int page = same / PAGE * PAGE; page < Math.min(size, node.cached.length); page += PAGE) {
            int from = Math.max(page, same);
            int to = Math.min(Math.min(size, node.cached.length), page + PAGE);
            if (prefix) {
                to = Math.min(to, cut);
            } else if (random.nextBoolean()) {
                continue;
            }
            if (to > from) {
                System.arraycopy(node.cached, from, left, from, to - from);
            }
        }
        return prefix && cut >= node.forced.length ? Arrays.copyOf(left, Math.min(cut, size)) : left;
    }

    /** Flips one bit anywhere in any file, or in any but the last. */
    void flip(boolean last) {
        List<Map.Entry<Path, Node>> files = new ArrayList<>(names.entrySet());
        if (!last && !files.isEmpty()) {
            files.removeLast();
        }
        files.removeIf(file -> file.getValue().cached.length == 0);
        if (files.isEmpty()) {
            return;
        }
        Map.Entry<Path, Node> file = files.get(random.nextInt(files.size()));
        byte[] bytes = file.getValue().cached.clone();
        int at = random.nextInt(bytes.length);
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        file.getValue().cached = bytes;
        file.getValue().forced = bytes.clone();
    }

    /** Cuts a file off, as an accident would. */
    void cut(Path file, int size) throws IOException {
        Node node = node(file);
        node.cached = Arrays.copyOf(node.cached, size);
        node.forced = node.cached.clone();
    }
}
