package io.lacewing.persistence.shard;

import static io.lacewing.persistence.shard.ShardDriver.message;
import static io.lacewing.persistence.shard.ShardDriver.sub;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.persistence.shard.Batch.Confirmed;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginsTest {
    private final ShardDriver driver = new ShardDriver();
    private final Origin other = Origin.shard(12);

    private Applied.Answer send(long number, long previous, ShardOp op, Confirmed... confirmed) {
        return driver.apply(
                        driver.shard.epoch(), List.of(new NumberedOp(other, number, previous, op)), List.of(confirmed))
                .answers()
                .getFirst();
    }

    private static ShardOp publish(String text) {
        return new ShardOp.Publish(message("a", 1, text), true, List.of());
    }

    @Test
    void aRepetitionGetsTheFirstResultAndChangesNothing() {
        driver.subscriber("c", sub("a", 1));
        Applied.Answer first = send(3, 0, publish("m"));
        assertEquals(new Applied.Answer.Result(other, 3, new OpResult.Published(1)), first);
        driver.subscriber("d", sub("a", 1));
        long bytes = driver.shard.bytes();
        assertEquals(first, send(3, 0, publish("m")));
        assertEquals(bytes, driver.shard.bytes());
    }

    @Test
    void numbersOfAShardsOutboxMayLeapIfThePreviousOneIsKnown() {
        send(3, 0, publish("m"));
        assertEquals(new Applied.Answer.Result(other, 9, new OpResult.Published(0)), send(9, 3, publish("m")));
        assertEquals(9, driver.shard.lastNumber(other));
    }

    @Test
    void aGapIsRefused() {
        send(3, 0, publish("m"));
        assertEquals(new Applied.Answer.Gap(other, 9, 3), send(9, 7, publish("m")));
        assertEquals(3, driver.shard.lastNumber(other));
    }

    @Test
    void confirmedResultsAreForgottenAndNotAppliedAgain() {
        driver.subscriber("c", sub("a", 1));
        send(1, 0, publish("m"));
        send(2, 1, publish("m"), new Confirmed(other, 1));
        assertEquals(new Applied.Answer.Result(other, 1, new OpResult.Ok()), send(1, 0, publish("m")));
        assertEquals(new Applied.Answer.Result(other, 2, new OpResult.Published(1)), send(2, 1, publish("m")));
    }

    @Test
    void everyResultThatIsNotConfirmedIsFound() {
        driver.subscriber("c", sub("a", 1));
        for (long i = 1; i <= 20; i++) {
            send(3 * i, 3 * (i - 1), publish("m"));
        }
        send(60, 57, publish("m"), new Confirmed(other, 31));
        for (long i = 1; i <= 20; i++) {
            OpResult expected = 3 * i <= 31 ? new OpResult.Ok() : new OpResult.Published(1);
            assertEquals(new Applied.Answer.Result(other, 3 * i, expected), send(3 * i, 3 * (i - 1), publish("m")));
        }
        assertEquals(new Applied.Answer.Result(other, 32, new OpResult.Ok()), send(32, 30, publish("m")));
    }

    @Test
    void resultsGrowUntilTheyAreConfirmedAndNotBeyond() {
        int empty = driver.shard.snapshot().length;
        for (int i = 1; i <= 51; i++) {
            send(i, i - 1, publish("m"));
        }
        send(51, 50, publish("m"), new Confirmed(other, 51));
        assertTrue(driver.shard.snapshot().length - empty < 24, "one origin without results");
    }

    @Test
    void batchesAreCheckedByEpochAndSequence() {
        Batch next = batch(driver.shard.epoch(), driver.shard.sequence() + 1);
        assertEquals(Shard.Verdict.OK, driver.shard.check(next));
        driver.applyAsOwner(new ShardOp.Tick());
        assertEquals(Shard.Verdict.ALREADY_APPLIED, driver.shard.check(next));
        assertEquals(Shard.Verdict.GAP, driver.shard.check(batch(driver.shard.epoch(), driver.shard.sequence() + 2)));
        driver.takeOver();
        assertEquals(Shard.Verdict.STALE_EPOCH, driver.shard.check(next));
        assertEquals(
                Shard.Verdict.GAP,
                driver.shard.check(batch(driver.shard.epoch() + 1, driver.shard.sequence() + 1)),
                "a new epoch begins with a take-over");
        byte[] before = driver.shard.snapshot();
        assertThrows(IllegalArgumentException.class, () -> driver.shard.apply(next));
        assertArrayEquals(before, driver.shard.snapshot());
    }

    @Test
    void anEpochIsItsOwnersAlone() {
        Batch next = batch(driver.shard.epoch(), driver.shard.sequence() + 1);
        Batch others = new Batch(
                next.shard(), next.epoch(), next.sequence(), next.time(), next.owner() + 1, next.ops(), List.of());
        assertEquals(Shard.Verdict.STALE_EPOCH, driver.shard.check(others));
        assertEquals(
                Shard.Verdict.STALE_EPOCH,
                Shard.restore(driver.shard.snapshot()).check(others),
                "a copy knows the owner too");
        driver.applyAsOwner(new ShardOp.Tick());
        assertEquals(Shard.Verdict.STALE_EPOCH, driver.shard.check(others), "no repetition of the owner's");
    }

    private static Batch batch(long epoch, long sequence) {
        NumberedOp tick = ShardDriver.owner(new ShardOp.Tick());
        return new Batch(ShardDriver.SHARD, epoch, sequence, 1_000_000, ShardDriver.NODE, List.of(tick), List.of());
    }

    @Test
    void theHashTellsShardsApartThatAreGivenDifferentBatches() {
        ShardDriver another = new ShardDriver();
        assertEquals(driver.shard.hash(), another.shard.hash());
        driver.publish(message("a", 1, "m"));
        another.publish(message("a", 1, "n"));
        assertNotEquals(driver.shard.hash(), another.shard.hash());
    }

    @Test
    void aShardMadeAnewNumbersBeyondTheLostOne() {
        for (int year = 2024; year < 2240; year += 3) {
            long millis = (year - 1970) * 31_556_952_000L;
            long lost = attachEpochOfAShardThatBeginsWith(millis << 10);
            long anew = attachEpochOfAShardThatBeginsWith((millis + 1) << 10);

            assertTrue(lost > 0 && anew > lost + 1_000_000, anew + " after " + lost + " in " + year);
        }
    }

    private static long attachEpochOfAShardThatBeginsWith(long epoch) {
        Shard shard = new Shard(ShardDriver.SHARD, ShardDriver.LIMITS);
        ShardOp attach = new ShardOp.Attach("c", new ConnectionId(ShardDriver.NODE, 1), true, 100, 10, null);
        Applied applied = shard.apply(new Batch(
                ShardDriver.SHARD,
                epoch,
                1,
                1_000_000,
                ShardDriver.NODE,
                List.of(
                        ShardDriver.owner(new ShardOp.TakeOver(ShardDriver.NODE)),
                        new NumberedOp(Origin.node(ShardDriver.NODE), 1, 0, attach)),
                List.of()));
        Applied.Answer.Result answer = (Applied.Answer.Result) applied.answers().getLast();
        return ((OpResult.Attached) answer.result()).epoch();
    }
}
