package dev.samara.tasks;

/** Hears of a task that failed. */
public interface OnFailureListener {
  void onFailure(Exception error);
}
