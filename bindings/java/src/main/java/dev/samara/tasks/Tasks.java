package dev.samara.tasks;

import dev.samara.device.Nullable;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Tasks made of results, calls, futures and other tasks; and waiting for them. */
public final class Tasks {
  private Tasks() {}

  public static <R> Task<R> forResult(@Nullable R result) {
    TaskCompletionSource<R> source = new TaskCompletionSource<>();
    source.setResult(result);
    return source.getTask();
  }

  public static <R> Task<R> forException(Exception error) {
    TaskCompletionSource<R> source = new TaskCompletionSource<>();
    source.setException(error);
    return source.getTask();
  }

  public static <R> Task<R> forCanceled() {
    TaskCompletionSource<R> source = new TaskCompletionSource<>();
    source.tryCancel();
    return source.getTask();
  }

  public static <R> Task<R> call(Executor executor, Callable<R> call) {
    TaskCompletionSource<R> source = new TaskCompletionSource<>();
    executor.execute(
        () -> {
          try {
            source.trySetResult(call.call());
          } catch (Exception e) {
            source.trySetException(e);
          }
        });
    return source.getTask();
  }

  public static <R> Task<R> fromCompletableFuture(CompletableFuture<R> future) {
    TaskCompletionSource<R> source = new TaskCompletionSource<>();
    future.whenComplete(
        (result, thrown) -> {
          Throwable cause =
              thrown instanceof CompletionException && thrown.getCause() != null
                  ? thrown.getCause()
                  : thrown;
          if (cause == null) {
            source.trySetResult(result);
          } else if (cause instanceof CancellationException) {
            source.tryCancel();
          } else {
            source.trySetException(
                cause instanceof Exception ? (Exception) cause : new ExecutionException(cause));
          }
        });
    return source.getTask();
  }

  /**
   * Waits for the result; not in a thread that the task needs.
   *
   * @throws ExecutionException it failed; the cause says why
   */
  public static <R> R await(Task<R> task) throws ExecutionException, InterruptedException {
    task.await(0);
    return resultOf(task);
  }

  /** The same for that long. Throws TimeoutException where it takes longer. */
  public static <R> R await(Task<R> task, long timeout, TimeUnit unit)
      throws ExecutionException, InterruptedException, TimeoutException {
    if (!task.await(Math.max(1, unit.toNanos(timeout)))) {
      throw new TimeoutException("the task takes longer");
    }
    return resultOf(task);
  }

  private static <R> R resultOf(Task<R> task) throws ExecutionException {
    if (task.getException() != null) {
      throw new ExecutionException(task.getException());
    }
    return task.getResult();
  }

  /** Over when all are; fails where one of them did or was cancelled. */
  public static Task<Void> whenAll(Collection<? extends Task<?>> tasks) {
    if (tasks.isEmpty()) {
      return forResult(null);
    }
    TaskCompletionSource<Void> source = new TaskCompletionSource<>();
    AtomicInteger left = new AtomicInteger(tasks.size());
    for (Task<?> task : tasks) {
      task.addOnCompleteListener(
          Runnable::run,
          done -> {
            if (left.decrementAndGet() == 0) {
              end(source, tasks);
            }
          });
    }
    return source.getTask();
  }

  private static void end(
      TaskCompletionSource<Void> source, Collection<? extends Task<?>> tasks) {
    for (Task<?> task : tasks) {
      if (task.getException() != null) {
        source.trySetException(new ExecutionException(task.getException()));
        return;
      }
    }
    for (Task<?> task : tasks) {
      if (task.isCanceled()) {
        source.tryCancel();
        return;
      }
    }
    source.trySetResult(null);
  }
}
