package io.lacewing.node.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;

/** Writes files that only this user may read. */
public final class SecretFile {
    private SecretFile() {}

    /**
     * Writes one line in place of what was there; who reads meanwhile finds the old line or the new one. Blocks.
     *
     * @throws IOException if it can't be written; then what was there stays
     */
    public static void write(Path file, String line) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        // Its permissions are there before its content.
        try (SeekableByteChannel channel = Files.newByteChannel(
                draft,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
