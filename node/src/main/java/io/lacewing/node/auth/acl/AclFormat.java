package io.lacewing.node.auth.acl;

import io.lacewing.node.files.FileException;
import io.lacewing.node.files.FileWatch;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/**
 * A rules file: YAML in UTF-8.
 *
 * @param listeners the listeners that there are
 */
record AclFormat(Set<String> listeners) implements FileWatch.Format<Acl> {
    private static final int MAX_BYTES = 1 << 20;

    @Override
    public String name() {
        return "rules file";
    }

    @Override
    public int maxBytes() {
        return MAX_BYTES;
    }

    @Override
    public String ifMissing(Path path) {
        return "write one, as docs/security.md tells, or remove auth.aclFile";
    }

    @Override
    public Acl parse(Path path, byte[] content) throws FileException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FileException(path + ": is not UTF-8 text; save it as such", e);
        }
        return new AclParser(path, listeners).parse(text);
    }

    @Override
    public String describe(Acl content) {
        return content.size() + " rules";
    }
}
