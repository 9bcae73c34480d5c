package dev.samara.tasks;

import dev.samara.device.Nullable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Work that is under way and gives a result, or fails. Listeners are called once, in the order in
 * which they were added to one executor, also where the task is over already. All calls may be made
 * from any thread.
 */
public final class Task<R> {
  private final Deque<Runnable> listeners = new ArrayDeque<>();
  private boolean complete;
  private boolean telling;
  private boolean canceled;
  @Nullable private R result;
  @Nullable private Exception error;

  Task() {}

  public synchronized boolean isComplete() {
    return complete;
  }

  public synchronized boolean isSuccessful() {
    return complete && !canceled && error == null;
  }

  public synchronized boolean isCanceled() {
    return canceled;
  }

  /** Null: it is not over, or did not fail. */
  @Nullable
  public synchronized Exception getException() {
    return error;
  }

  /**
   * @throws IllegalStateException it is not over
   * @throws CancellationException it was cancelled
   * @throws RuntimeExecutionException it failed
   */
  public synchronized R getResult() {
    if (!complete) {
      throw new IllegalStateException("the task is not complete");
    }
    if (canceled) {
      throw new CancellationException("the task was cancelled");
    }
    if (error != null) {
      throw new RuntimeExecutionException(error);
    }
    return result;
  }

  /** As getResult(), and throws what it failed with where that is an {@code expected}. */
  public <X extends Throwable> R getResult(Class<X> expected) throws X {
    Exception failed = getException();
    if (expected.isInstance(failed)) {
      throw expected.cast(failed);
    }
    return getResult();
  }

  public Task<R> addOnCompleteListener(OnCompleteListener<R> listener) {
    return addOnCompleteListener(TaskExecutors.MAIN_THREAD, listener);
  }

  public Task<R> addOnCompleteListener(Executor executor, OnCompleteListener<R> listener) {
    Runnable tell = () -> executor.execute(() -> listener.onComplete(this));
    synchronized (this) {
      if (!complete || telling) {
        listeners.add(tell);
        return this;
      }
    }
    tell.run();
    return this;
  }

  public Task<R> addOnSuccessListener(OnSuccessListener<? super R> listener) {
    return addOnSuccessListener(TaskExecutors.MAIN_THREAD, listener);
  }

  public Task<R> addOnSuccessListener(Executor executor, OnSuccessListener<? super R> listener) {
    return addOnCompleteListener(
        Runnable::run,
        done -> {
          if (done.isSuccessful()) {
            executor.execute(() -> listener.onSuccess(done.getResult()));
          }
        });
  }

  public Task<R> addOnFailureListener(OnFailureListener listener) {
    return addOnFailureListener(TaskExecutors.MAIN_THREAD, listener);
  }

  public Task<R> addOnFailureListener(Executor executor, OnFailureListener listener) {
    return addOnCompleteListener(
        Runnable::run,
        done -> {
          Exception failed = done.getException();
          if (failed != null) {
            executor.execute(() -> listener.onFailure(failed));
          }
        });
  }

  public Task<R> addOnCanceledListener(OnCanceledListener listener) {
    return addOnCanceledListener(TaskExecutors.MAIN_THREAD, listener);
  }

  public Task<R> addOnCanceledListener(Executor executor, OnCanceledListener listener) {
    return addOnCompleteListener(
        Runnable::run,
        done -> {
          if (done.isCanceled()) {
            executor.execute(listener::onCanceled);
          }
        });
  }

  public <S> Task<S> continueWith(Continuation<R, S> continuation) {
    return continueWith(TaskExecutors.MAIN_THREAD, continuation);
  }

  public <S> Task<S> continueWith(Executor executor, Continuation<R, S> continuation) {
    return continueWithTask(executor, done -> Tasks.forResult(continuation.then(done)));
  }

  public <S> Task<S> continueWithTask(Continuation<R, Task<S>> continuation) {
    return continueWithTask(TaskExecutors.MAIN_THREAD, continuation);
  }

  /** A failure or a cancellation inside the continuation becomes that of its task. */
  public <S> Task<S> continueWithTask(Executor executor, Continuation<R, Task<S>> continuation) {
    TaskCompletionSource<S> source = new TaskCompletionSource<>();
    addOnCompleteListener(
        executor,
        done -> {
          try {
            source.follow(continuation.then(done));
          } catch (RuntimeExecutionException e) {
            Throwable cause = e.getCause();
            source.trySetException(cause instanceof Exception ? (Exception) cause : e);
          } catch (CancellationException e) {
            source.tryCancel();
          } catch (Exception e) {
            source.trySetException(e);
          }
        });
    return source.getTask();
  }

  public <S> Task<S> onSuccessTask(SuccessContinuation<R, S> continuation) {
    return onSuccessTask(TaskExecutors.MAIN_THREAD, continuation);
  }

  public <S> Task<S> onSuccessTask(Executor executor, SuccessContinuation<R, S> continuation) {
    return continueWithTask(executor, done -> continuation.then(done.getResult()));
  }

  /** Completed in a thread of the library's; cancelling it does not end the work. */
  public CompletableFuture<R> toCompletableFuture() {
    CompletableFuture<R> future = new CompletableFuture<>();
    addOnCompleteListener(
        TaskExecutors.BACKGROUND,
        done -> {
          if (done.isCanceled()) {
            future.cancel(false);
          } else if (done.getException() != null) {
            future.completeExceptionally(done.getException());
          } else {
            future.complete(done.getResult());
          }
        });
    return future;
  }

  /** False: it was over already. */
  boolean end(boolean canceled, @Nullable R result, @Nullable Exception error) {
    synchronized (this) {
      if (complete) {
        return false;
      }
      complete = true;
      telling = true;
      this.canceled = canceled;
      this.result = result;
      this.error = error;
      notifyAll();
    }
    for (Runnable tell = next(); tell != null; tell = next()) {
      try {
        tell.run();
      } catch (RuntimeException e) { // of a listener that is called here; the others are, too
        Thread here = Thread.currentThread();
        here.getUncaughtExceptionHandler().uncaughtException(here, e);
      }
    }
    return true;
  }

  /** Null: all that were added have been told. */
  @Nullable
  private synchronized Runnable next() {
    telling = !listeners.isEmpty();
    return listeners.poll();
  }

  /** Waits until it is over; {@code nanos} 0: as long as that takes. False: it took longer. */
  synchronized boolean await(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    while (!complete) {
      long left = end - System.nanoTime();
      if (nanos == 0) {
        wait();
      } else if (left <= 0) {
        return false;
      } else {
        wait(left / 1_000_000, (int) (left % 1_000_000));
      }
    }
    return true;
  }
}
