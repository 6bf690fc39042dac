package io.lacewing.lab.nodes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files in a data directory, from outside: by kind, damaged or removed. Only while no node uses them. */
public final class DataFiles {
    private DataFiles() {}

    /** What is done to a file. */
    public enum Damage {
        /** One bit is another. */
        FLIP,
        /** The end is missing. */
        TRUNCATE
    }

    /** The files that are not empty, by their name without numbers. */
    public static Map<String, List<Path>> kinds(Path dir) {
        Map<String, List<Path>> kinds = new TreeMap<>();
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (Files.size(file) > 0) {
                    String kind = dir.relativize(file).toString().replaceAll("[0-9a-f]*[0-9][0-9a-f]*", "#");
                    kinds.computeIfAbsent(kind, unknown -> new ArrayList<>()).add(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return kinds;
    }

    /** Damages a file at a random place; says what was done. */
    public static String damage(Path file, Damage damage, Random random) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = random.nextLong(channel.size());
            if (damage == Damage.TRUNCATE) {
                String what = "cut " + file + " from " + channel.size() + " to " + at + " bytes";
                channel.truncate(at);
                return what;
            }
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            int bit = random.nextInt(8);
            one.put(0, (byte) (one.get(0) ^ (1 << bit))).rewind();
            channel.write(one, at);
            return "flip bit " + bit + " of byte " + at + " of " + channel.size() + " in " + file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes everything in a directory: a lost volume. */
    public static void wipe(Path dir) {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(dir)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
