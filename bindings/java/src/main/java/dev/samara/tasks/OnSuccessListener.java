package dev.samara.tasks;

/** Hears of a task that succeeded. */
public interface OnSuccessListener<R> {
  void onSuccess(R result);
}
