package io.lacewing.lab.client;

import io.lacewing.lab.client.LabClient.Plan;
import io.lacewing.lab.history.Finding;
import io.lacewing.lab.history.History;
import io.lacewing.lab.history.Sends.Manner;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Publishers and subscribers of all kinds, spread over the nodes, until {@link #settle}. Topics: {@code t/N/...} of publisher N at
 * each QoS and at mixed ones, {@code r/N/...} of retained messages. Made, used and closed by one thread.
 */
public final class Load implements AutoCloseable {
    private static final int WINDOW = 20;
    private static final int RETAINED_TOPICS = 10;
    private static final int MAX_GRAVES = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofSeconds(3);

    private final History history;
    private final List<InetSocketAddress> nodes;
    private final List<InetSocketAddress> entrances;
    private List<InetSocketAddress> readAt;
    private final String name;
    private final Random random;
    private final List<LabClient> publishers = new ArrayList<>();
    private final List<LabClient> subscribers = new ArrayList<>();
    private final List<LabClient> readers = new ArrayList<>();
    private final ConcurrentLinkedQueue<LabClient> graves = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<LabClient> unfinished = new ConcurrentLinkedQueue<>();
    private final Deque<Thread> threads = new ArrayDeque<>();
    private volatile boolean stopping;

    /** What a client does on a thread of its own. */
    private interface Work {
        void run() throws InterruptedException;
    }

    /**
     * Connects and subscribes everybody, then begins to publish.
     *
     * @param name unique in the history
     * @param nodes the address of each node
     * @param entrances where clients connect to beside that, such as a proxy; every other client uses these
     */
    public Load(
            History history,
            String name,
            List<InetSocketAddress> nodes,
            List<InetSocketAddress> entrances,
            Size size,
            long seed)
            throws InterruptedException {
        this.history = history;
        this.name = name;
        this.nodes = List.copyOf(nodes);
        this.readAt = this.nodes;
        this.entrances = List.copyOf(entrances);
        this.random = new Random(seed);
        subscribe(size);
        publish(size);
    }

    private LabClient client(String kind, int index, Terms terms, String filter, int qos) {
        boolean direct = entrances.isEmpty() || index % 2 == 0;
        Route route = direct ? new Route(nodes, index) : new Route(entrances, index);
        return new LabClient(history, new Plan(name + "-" + kind + "-" + index, terms, WINDOW, filter, qos), route);
    }

    private void subscribe(Size size) throws InterruptedException {
        List<LabClient> absentees = new ArrayList<>();
        for (int i = 0; i < size.subscribers(); i++) {
            subscribers.add(client("online", i, Terms.PERSISTENT, name + "/t/#", 2));
            subscribers.add(client("transient", i, Terms.TRANSIENT, name + "/t/#", 2));
            absentees.add(client("absent", i, Terms.PERSISTENT, name + "/t/#", 2));
        }
        List<LabClient> sleepers = new ArrayList<>();
        for (int i = 0; i < size.sleepers(); i++) {
            int publisher = i % Math.max(1, size.publishers());
            sleepers.add(client("asleep", i, Terms.PERSISTENT, name + "/t/" + publisher + "/+", 1 + i % 2));
        }
        subscribers.addAll(absentees);
        subscribers.addAll(sleepers);
        subscribers.forEach(LabClient::online);
        for (LabClient subscriber : subscribers) {
            expect(
                    subscriber.awaitReady(PATIENCE),
                    Finding.Kind.UNREACHABLE,
                    subscriber,
                    "is not subscribed before the load begins");
        }
        sleepers.forEach(sleeper -> sleeper.offline(true));
        absentees.forEach(absentee -> work(new Random(random.nextLong()), r -> comeAndGo(absentee, r)));
    }

    private void publish(Size size) throws InterruptedException {
        for (int i = 0; i < 2 * size.publishers(); i++) {
            LabClient publisher = client("publisher", i, i % 2 == 0 ? Terms.PERSISTENT : Terms.TRANSIENT, "", 0);
            publishers.add(publisher);
            String topic = name + "/t/" + i / 2 + (i % 2 == 0 ? "" : "x") + "/";
            work(new Random(random.nextLong()), r -> publish(publisher, topic, size.rate(), r));
        }
        for (int i = 0; i < size.retainers(); i++) {
            LabClient publisher = client("retainer", i, Terms.PERSISTENT, "", 0);
            publishers.add(publisher);
            String topic = name + "/r/" + i + "/";
            work(new Random(random.nextLong()), r -> retain(publisher, topic, size.rate(), r));
        }
        for (int i = 0; i < size.enders(); i++) {
            int ender = i;
            work(new Random(random.nextLong()), r -> beginAndEnd(ender, r));
        }
        publishers.forEach(LabClient::online);
        for (LabClient publisher : publishers) {
            expect(
                    publisher.awaitReady(PATIENCE),
                    Finding.Kind.UNREACHABLE,
                    publisher,
                    "is not connected before the load begins");
        }
    }

    private interface RandomWork {
        void run(Random random) throws InterruptedException;
    }

    private void work(Random own, RandomWork work) {
        work(() -> work.run(own));
    }

    private void work(Work work) {
        threads.add(Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private void expect(boolean holds, Finding.Kind kind, LabClient client, String otherwise) {
        if (!holds) {
            history.complain(kind, client.log().id(), otherwise);
        }
    }

    // ---- what clients do ----

    private boolean over() {
        return stopping || history.full();
    }

    private void publish(LabClient publisher, String topic, int rate, Random own) throws InterruptedException {
        String[] levels = {"q0", "q1", "q2", "mixed"};
        while (!over()) {
            int kind = own.nextInt(20);
            int level = kind == 0 ? 0 : 1 + kind % 3;
            int qos = level == 3 ? 1 + own.nextInt(2) : level;
            publisher.publish(topic + levels[level], qos, Manner.PLAIN, this::over);
            pace(rate, own);
        }
    }

    private void retain(LabClient publisher, String topic, int rate, Random own) throws InterruptedException {
        while (!over()) {
            Manner manner = own.nextInt(6) == 0 ? Manner.REMOVES_RETAINED : Manner.RETAINED;
            publisher.publish(topic + own.nextInt(RETAINED_TOPICS), 1 + own.nextInt(2), manner, this::over);
            pace(Math.max(1, rate / 4), own);
        }
    }

    private static void pace(int rate, Random own) throws InterruptedException {
        TimeUnit.MICROSECONDS.sleep(own.nextInt(2_000_000 / rate));
    }

    private static void pause(int fromMillis, int toMillis, Random own) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(own.nextInt(fromMillis, toMillis));
    }

    private void comeAndGo(LabClient client, Random own) throws InterruptedException {
        while (!over()) {
            pause(500, 4_000, own);
            client.offline(own.nextBoolean());
            pause(200, 6_000, own);
            client.online();
        }
    }

    /** Sessions that are begun, kept, ended by a clean start, and asked for again, at once or when all is over. */
    private void beginAndEnd(int index, Random own) throws InterruptedException {
        for (int cycle = 0; !over(); cycle++) {
            Plan plan = new Plan(name + "-ender-" + index + "-" + cycle, Terms.PERSISTENT, WINDOW, name + "/t/0/q1", 1);
            LabClient client = new LabClient(history, plan, new Route(nodes, own.nextInt(nodes.size())));
            boolean begun = step(client, Terms.PERSISTENT, own);
            boolean kept = begun && step(client, Terms.PERSISTENT, own);
            boolean buried = kept && step(client, Terms.TRANSIENT, own);
            if (!buried) {
                unfinished.add(client); // its session is still there, or may be
            } else if (own.nextInt(4) == 0 && graves.size() < MAX_GRAVES) {
                graves.add(client);
            } else {
                step(client, Terms.LAST, own);
                client.close();
            }
        }
    }

    private boolean step(LabClient client, Terms terms, Random own) throws InterruptedException {
        client.online(terms);
        boolean ready = client.awaitReady(PATIENCE.dividedBy(6));
        client.offline(own.nextBoolean());
        pause(100, 800, own);
        return ready && !over();
    }

    // ---- the end ----

    /** There are more nodes now, where the retained messages will be read too. */
    public void reach(List<InetSocketAddress> all) {
        readAt = List.copyOf(all);
    }

    /**
     * Ends the load: nothing more is published, everybody comes back, and this returns when nothing has come for some seconds
     * and new subscribers have read the retained messages at each node. What does not come about in time is complained of.
     */
    public void settle() throws InterruptedException {
        stopping = true;
        while (!threads.isEmpty()) {
            threads.removeFirst().join();
        }
        subscribers.forEach(LabClient::online);
        unfinished.forEach(client -> client.online(Terms.PERSISTENT));
        subscribers.addAll(unfinished);
        long end = history.now() + PATIENCE.toNanos();
        for (LabClient publisher : publishers) {
            boolean drained = publisher.awaitDrained(until(end));
            expect(drained, Finding.Kind.UNANSWERED, publisher, "has publishes that nobody answers");
        }
        for (LabClient subscriber : subscribers) {
            subscriber.awaitReady(until(end)); // the judge sees who is not
        }
        graves.forEach(grave -> grave.online(Terms.LAST));
        for (LabClient grave : graves) {
            expect(grave.awaitReady(until(end)), Finding.Kind.UNREACHABLE, grave, "can't connect at the end");
            grave.offline(true);
        }
        awaitQuiet(subscribers, QUIET);
        for (int i = 0; i < readAt.size(); i++) {
            Plan plan = new Plan(name + "-reader-" + i, Terms.TRANSIENT, WINDOW, name + "/r/#", 1);
            readers.add(new LabClient(history, plan, new Route(List.of(readAt.get(i)), 0)));
        }
        readers.forEach(LabClient::online);
        for (LabClient reader : readers) {
            expect(reader.awaitReady(PATIENCE), Finding.Kind.UNREACHABLE, reader, "can't subscribe at the end");
        }
        awaitQuiet(readers, QUIET.dividedBy(2));
    }

    /** How long to wait; a little at least, also when all the patience is used up. */
    private Duration until(long end) {
        return Duration.ofNanos(Math.max(Duration.ofSeconds(2).toNanos(), end - history.now()));
    }

    private void awaitQuiet(List<LabClient> clients, Duration quiet) throws InterruptedException {
        long end = history.now() + PATIENCE.toNanos();
        while (history.now() < end) {
            long last =
                    clients.stream().mapToLong(LabClient::lastDelivery).max().orElse(0);
            if (history.now() - last >= quiet.toNanos()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        history.complain(Finding.Kind.SCENARIO, name, "messages keep coming though nothing is published any more");
    }

    /** Ends all clients without a word. */
    @Override
    public void close() {
        stopping = true;
        threads.forEach(Thread::interrupt);
        publishers.forEach(LabClient::close);
        subscribers.forEach(LabClient::close);
        readers.forEach(LabClient::close);
        graves.forEach(LabClient::close);
        unfinished.forEach(LabClient::close);
    }
}
