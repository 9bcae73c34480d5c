package dev.samara.tasks;

/** What follows on a task that is over; if it throws, its own task fails with that. */
public interface Continuation<R, S> {
  S then(Task<R> task) throws Exception;
}
