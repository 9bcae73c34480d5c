package dev.samara;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samara.tasks.RuntimeExecutionException;
import dev.samara.tasks.Task;
import dev.samara.tasks.TaskCompletionSource;
import dev.samara.tasks.TaskExecutors;
import dev.samara.tasks.Tasks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks as Google's are. */
@Timeout(60)
class TaskTest {
  private static final IOException BAD = new IOException("bad");

  @Test
  void aResultIsToldToListenersBeforeAndAfter() throws Exception {
    TaskCompletionSource<String> source = new TaskCompletionSource<>();
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    Task<String> task =
        source
            .getTask()
            .addOnSuccessListener(result -> told.add("1 " + result))
            .addOnFailureListener(error -> told.add("failed"))
            .addOnCanceledListener(() -> told.add("cancelled"))
            .addOnCompleteListener(done -> told.add("2 " + done.isSuccessful()));
    assertFalse(task.isComplete());
    assertThrows(IllegalStateException.class, task::getResult);
    source.setResult("x");
    task.addOnSuccessListener(result -> told.add("3 " + result));
    assertEquals("1 x", told.take());
    assertEquals("2 true", told.take());
    assertEquals("3 x", told.take());
    assertTrue(task.isComplete() && task.isSuccessful() && !task.isCanceled());
    assertNull(task.getException());
    assertFalse(source.trySetException(BAD));
    assertThrows(IllegalStateException.class, () -> source.setResult("y"));
    assertThrows(IllegalStateException.class, () -> source.setException(BAD));
    assertEquals("x", task.getResult());
  }

  @Test
  void aFailureIsToldWithItsCause() throws Exception {
    Task<String> task = Tasks.forException(BAD);
    BlockingQueue<Exception> told = new LinkedBlockingQueue<>();
    task.addOnSuccessListener(result -> told.add(new Exception())).addOnFailureListener(told::add);
    assertSame(BAD, told.take());
    assertSame(BAD, task.getException());
    assertSame(BAD, assertThrows(RuntimeExecutionException.class, task::getResult).getCause());
    assertSame(BAD, assertThrows(IOException.class, () -> task.getResult(IOException.class)));
    assertSame(BAD, assertThrows(ExecutionException.class, () -> Tasks.await(task)).getCause());
    assertFalse(task.isSuccessful());
  }

  @Test
  void listenersAreCalledWhereTheyAskedToBe() throws Exception {
    BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    Task<Thread> task = TaskExecutors.call(Thread::currentThread);
    task.addOnCompleteListener(done -> threads.add(Thread.currentThread()));
    task.addOnCompleteListener(done -> threads.add(Thread.currentThread()));
    Thread main = threads.take();
    assertSame(main, threads.take());
    assertEquals("samara-main", main.getName());
    assertTrue(main.isDaemon());
    assertTrue(Tasks.await(task).getName().startsWith("samara-"));
    Tasks.await(task.continueWith(Runnable::run, done -> threads.add(Thread.currentThread())));
    assertSame(Thread.currentThread(), threads.take());
    try {
      TaskExecutors.useAsMainThread(Runnable::run);
      task.addOnSuccessListener(result -> threads.add(Thread.currentThread()));
      assertSame(Thread.currentThread(), threads.take());
    } finally {
      TaskExecutors.useAsMainThread(null);
    }
  }

  @Test
  void oneThingFollowsOnAnother() throws Exception {
    Task<Integer> length = Tasks.forResult("four").continueWith(done -> done.getResult().length());
    assertEquals(4, (int) Tasks.await(length));
    assertEquals(5, (int) Tasks.await(length.onSuccessTask(n -> Tasks.forResult(n + 1))));
    assertEquals(6, (int) Tasks.await(length.continueWithTask(done -> Tasks.forResult(6))));
    Task<Integer> failed = Tasks.forException(BAD);
    Task<Integer> passedOn = failed.continueWith(done -> done.getResult() + 1);
    assertSame(BAD, assertThrows(ExecutionException.class, () -> Tasks.await(passedOn)).getCause());
    Task<Integer> skipped = failed.onSuccessTask(n -> Tasks.forResult(n + 1));
    assertSame(BAD, assertThrows(ExecutionException.class, () -> Tasks.await(skipped)).getCause());
    Task<Integer> thrown =
        length.continueWith(
            done -> {
              throw BAD;
            });
    assertSame(BAD, assertThrows(ExecutionException.class, () -> Tasks.await(thrown)).getCause());
    Task<Integer> cancelled = Tasks.<Integer>forCanceled().continueWith(Task::getResult);
    assertThrows(CancellationException.class, () -> Tasks.await(cancelled));
    assertTrue(cancelled.isCanceled());
  }

  @Test
  void waitingEndsInTime() {
    Task<String> never = new TaskCompletionSource<String>().getTask();
    assertThrows(
        TimeoutException.class, () -> Tasks.await(never, 10, TimeUnit.MILLISECONDS));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> Tasks.await(never));
  }

  @Test
  void manyAreOverWhenAllAre() throws Exception {
    TaskCompletionSource<String> last = new TaskCompletionSource<>();
    List<Task<?>> tasks = new ArrayList<>(Arrays.asList(Tasks.forResult(1), last.getTask()));
    Task<Void> all = Tasks.whenAll(tasks);
    assertFalse(all.isComplete());
    last.setResult("x");
    Tasks.await(all);
    assertTrue(all.isSuccessful());
    Tasks.await(Tasks.whenAll(Collections.emptyList()));
    tasks.add(Tasks.forCanceled());
    assertTrue(Tasks.whenAll(tasks).isCanceled());
    tasks.add(Tasks.forException(BAD));
    Exception error = Tasks.whenAll(tasks).getException();
    assertSame(BAD, assertInstanceOf(ExecutionException.class, error).getCause());
  }

  @Test
  void futuresAndTasksBecomeEachOther() throws Exception {
    assertEquals("x", Tasks.forResult("x").toCompletableFuture().get());
    CompletableFuture<String> failed = Tasks.<String>forException(BAD).toCompletableFuture();
    assertSame(BAD, assertThrows(ExecutionException.class, failed::get).getCause());
    assertThrows(
        CancellationException.class, Tasks.forCanceled().toCompletableFuture()::get);
    CompletableFuture<Integer> future = CompletableFuture.supplyAsync(() -> 7);
    assertEquals(7, (int) Tasks.await(Tasks.fromCompletableFuture(future.thenApply(n -> n))));
    CompletableFuture<Integer> bad = new CompletableFuture<>();
    Task<Integer> task = Tasks.fromCompletableFuture(bad.thenApply(n -> n));
    bad.completeExceptionally(BAD);
    assertSame(BAD, task.getException());
    CompletableFuture<Integer> none = new CompletableFuture<>();
    none.cancel(false);
    assertTrue(Tasks.fromCompletableFuture(none).isCanceled());
  }

  @Test
  void aListenerThatThrowsHarmsNoOther() throws Exception {
    BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, error) -> uncaught.add(error));
    try {
      IllegalStateException thrown = new IllegalStateException("mine");
      BlockingQueue<String> told = new LinkedBlockingQueue<>();
      Tasks.forResult("x")
          .addOnSuccessListener(
              result -> {
                throw thrown;
              })
          .addOnSuccessListener(told::add);
      assertEquals("x", told.take());
      assertSame(thrown, uncaught.take());
      TaskCompletionSource<String> source = new TaskCompletionSource<>();
      source
          .getTask()
          .addOnSuccessListener(
              Runnable::run,
              result -> {
                source.getTask().addOnSuccessListener(Runnable::run, again -> told.add("3"));
                told.add("1");
                throw thrown;
              })
          .addOnSuccessListener(Runnable::run, result -> told.add("2"));
      source.setResult("y");
      assertEquals(Arrays.asList("1", "2", "3"), new ArrayList<>(told));
      assertSame(thrown, uncaught.take());
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }
}
