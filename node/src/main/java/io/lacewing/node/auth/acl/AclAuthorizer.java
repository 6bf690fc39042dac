package io.lacewing.node.auth.acl;

import io.lacewing.node.auth.Authorizer;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Rights;
import io.lacewing.node.auth.RuleRights;
import io.lacewing.node.files.FileException;
import io.lacewing.node.files.FileWatch;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rights by a rules file, at which it looks for as long as it is not closed. Thread-safe. Where no rule matches, it is denied.
 */
public final class AclAuthorizer implements Authorizer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AclAuthorizer.class);
    private static final long LOOK_MILLIS = 1_000;

    private final Path path;
    private final FileWatch<Acl> watch;
    private final ScheduledExecutorService looks;
    private volatile long version = 1;

    private AclAuthorizer(Path path, FileWatch<Acl> watch) {
        this.path = path;
        this.watch = watch;
        this.looks = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("rules-file").daemon().factory());
    }

    /**
     * Reads the file and begins to look for changes. Blocks.
     *
     * @param listeners the names of the node's listeners, which are those that rules may name
     * @throws FileException if the file can't be used
     */
    public static AclAuthorizer open(Path path, Set<String> listeners) throws FileException {
        AclAuthorizer made = new AclAuthorizer(path, new FileWatch<>(path, new AclFormat(listeners)));
        var unused = made.looks.scheduleWithFixedDelay(made::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return made;
    }

    /**
     * Looks whether a file could be used. Blocks.
     *
     * @throws FileException if not
     */
    public static void check(Path path, Set<String> listeners) throws FileException {
        var unused = FileWatch.read(path, new AclFormat(listeners));
    }

    private void look() {
        Acl before = watch.current();
        try {
            watch.look();
        } catch (RuntimeException | Error e) {
            // The next look must still come.
            LOG.error("{}: can't be looked at", path, e);
        }
        changed(before);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the looking thread writes it
    private void changed(Acl before) {
        if (!watch.current().equals(before)) {
            version++;
        }
    }

    /** Has {@code listener} told of each change of the file, in words. */
    public void tell(Consumer<String> listener) {
        watch.tell(listener);
    }

    /** How many rules the file has. */
    public int rules() {
        return watch.current().size();
    }

    /** How often a change of the file was not taken, as it could not be used any more. */
    public long rejectedFiles() {
        return watch.rejected();
    }

    @Override
    public Rights rights(Identity identity, ClientDetails client) {
        return identity.superuser()
                ? Rights.ALL
                : RuleRights.of(watch.current().rules(identity, client), identity, client);
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
