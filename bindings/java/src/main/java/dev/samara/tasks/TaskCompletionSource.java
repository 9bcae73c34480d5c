package dev.samara.tasks;

import dev.samara.device.Nullable;

/** A task that somebody else brings to its end. */
public final class TaskCompletionSource<R> {
  private final Task<R> task = new Task<>();

  public Task<R> getTask() {
    return task;
  }

  /** Throws IllegalStateException where it is over already. */
  public void setResult(@Nullable R result) {
    if (!trySetResult(result)) {
      throw new IllegalStateException("the task is complete already");
    }
  }

  /** Throws IllegalStateException where it is over already. */
  public void setException(Exception error) {
    if (!trySetException(error)) {
      throw new IllegalStateException("the task is complete already");
    }
  }

  public boolean trySetResult(@Nullable R result) {
    return task.end(false, result, null);
  }

  public boolean trySetException(Exception error) {
    return task.end(false, null, error);
  }

  boolean tryCancel() {
    return task.end(true, null, null);
  }

  /** Ends as the other one does. */
  void follow(Task<R> other) {
    other.addOnCompleteListener(
        Runnable::run,
        done -> {
          if (done.isSuccessful()) {
            trySetResult(done.getResult());
          } else if (done.isCanceled()) {
            tryCancel();
          } else {
            trySetException(done.getException());
          }
        });
  }
}
