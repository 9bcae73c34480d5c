package dev.samara.tasks;

/** Hears of a task that is over, whatever became of it. */
public interface OnCompleteListener<R> {
  void onComplete(Task<R> task);
}
