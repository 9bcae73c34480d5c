package dev.samara.tasks;

/** What follows on a task that succeeded. */
public interface SuccessContinuation<R, S> {
  Task<S> then(R result) throws Exception;
}
