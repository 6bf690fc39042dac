package io.lacewing.conformance.fuzz;

import io.lacewing.conformance.wire.MalformedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sends inputs to a broker, each on a connection of its own, many at a time, from one thread. After an input the client's
 * side is shut down, so a broker that is well closes its own soon; what it answered must be packets in order.
 */
public final class Fuzzer {
    private static final int MAX_FAILURES = 20;

    /** On loopback, clients come from so many addresses, as one has only 28,000 ports and each rests for a minute. */
    private static final int LOOPBACK_ADDRESSES = 128;

    /** One of so many inputs waits a little before its client's side is shut down. */
    private static final int ONE_WAITS_OF = 4;

    /** Enough for answers that take a way through a cluster. */
    private static final long WAIT_NANOS = 100_000_000;

    private record Waiting(Exchange exchange, long until) {}

    private final List<InetSocketAddress> addresses;
    private final int parallel;
    private final Duration patience;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
    private final Map<String, Long> answers = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private final Set<Exchange> open = new HashSet<>();

    /** Those whose side is shut down a little later, so that answers which the broker must work for can come, too. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private long resets;

    /**
     * Makes a fuzzer for one run.
     *
     * @param addresses of the broker's MQTT listeners on TCP; taken in turn
     * @param parallel how many connections at a time
     * @param patience how long the broker may take to close a connection whose client has
     */
    public Fuzzer(List<InetSocketAddress> addresses, int parallel, Duration patience) {
        this.addresses = List.copyOf(addresses);
        this.parallel = parallel;
        this.patience = patience;
    }

    /**
     * Sends the inputs of the seeds from {@code firstSeed} on.
     *
     * @param count how many at most
     * @param time after which no more are begun
     */
    public FuzzReport run(long firstSeed, long count, Duration time) {
        long began = System.nanoTime();
        long sent = 0;
        try (Selector selector = Selector.open()) {
            long nextSweep = began;
            while (true) {
                long now = System.nanoTime();
                boolean more = sent < count && now - began < time.toNanos() && failures.size() < MAX_FAILURES;
                while (more && open.size() < parallel && sent < count) {
                    begin(Input.of(firstSeed + sent), sent, selector);
                    sent++;
                }
                if (open.isEmpty() && !more) {
                    return new FuzzReport(sent, resets, answers, failures, Duration.ofNanos(System.nanoTime() - began));
                }
                selector.select(this::act, waiting.isEmpty() ? 100 : 5);
                finishWaiting(System.nanoTime());
                if (now - nextSweep > 0) {
                    nextSweep = now + 500_000_000L;
                    sweep(now);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void begin(Input input, long number, Selector selector) throws IOException {
        InetSocketAddress address = addresses.get((int) (number % addresses.size()));
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            boolean manyAddresses = System.getProperty("os.name").equals("Linux") // others have 127.0.0.1 alone
                    && address.getAddress().isLoopbackAddress()
                    && address.getAddress().getAddress().length == 4;
            if (manyAddresses) {
                int host = (int) (number % LOOPBACK_ADDRESSES);
                channel.bind(new InetSocketAddress("127.0.1." + (host + 1), 0));
            }
            channel.connect(address);
            Exchange exchange = new Exchange(input, channel, System.nanoTime() + patience.toNanos());
            channel.register(selector, SelectionKey.OP_CONNECT, exchange);
            open.add(exchange);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void act(SelectionKey key) {
        Exchange exchange = (Exchange) key.attachment();
        boolean isConnecting = key.isConnectable(); // a connect that fails cancels the key, which can't be asked then
        try {
            if (isConnecting && exchange.channel().finishConnect()) {
                key.interestOps(SelectionKey.OP_WRITE | SelectionKey.OP_READ);
            } else if (key.isReadable() && exchange.read(buffer)) {
                ended(exchange, false);
            } else if (key.isValid() && key.isWritable() && exchange.write()) {
                key.interestOps(SelectionKey.OP_READ);
                if (exchange.input().seed() % ONE_WAITS_OF == 0) {
                    waiting.add(new Waiting(exchange, System.nanoTime() + WAIT_NANOS));
                } else {
                    exchange.finish();
                }
            }
        } catch (IOException e) {
            if (isConnecting) {
                fail(exchange, "the broker can't be connected to: " + e.getMessage());
            }
            resets++;
            ended(exchange, true);
        }
    }

    private void finishWaiting(long now) {
        for (Waiting next = waiting.peek(); next != null && now - next.until > 0; next = waiting.peek()) {
            waiting.remove();
            try {
                next.exchange.finish();
            } catch (IOException e) {
                resets++;
                ended(next.exchange, true);
            }
        }
    }

    private void ended(Exchange exchange, boolean reset) {
        if (!open.remove(exchange)) {
            return;
        }
        exchange.close();
        try {
            for (String answer : exchange.answers(reset)) {
                answers.merge(answer, 1L, Long::sum);
            }
        } catch (MalformedException e) {
            fail(exchange, "the broker's answer is malformed: " + e.getMessage());
        }
    }

    /** Ends those for which the broker has had time enough. */
    private void sweep(long now) {
        List<Exchange> stuck =
                open.stream().filter(exchange -> now - exchange.deadline() > 0).toList();
        for (Exchange exchange : stuck) {
            open.remove(exchange);
            exchange.close();
            fail(exchange, "the broker has not closed the connection though its client has");
        }
    }

    private void fail(Exchange exchange, String why) {
        if (failures.size() < MAX_FAILURES) {
            failures.add("seed " + exchange.input().seed() + ": " + why);
        }
    }
}
