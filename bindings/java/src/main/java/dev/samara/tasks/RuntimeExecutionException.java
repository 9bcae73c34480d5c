package dev.samara.tasks;

/** The result of a task was asked for that failed; the cause says why. */
public class RuntimeExecutionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RuntimeExecutionException(Throwable cause) {
    super(cause);
  }
}
