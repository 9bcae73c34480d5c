package dev.samara.tasks;

/** Hears of a task that was cancelled. */
public interface OnCanceledListener {
  void onCanceled();
}
