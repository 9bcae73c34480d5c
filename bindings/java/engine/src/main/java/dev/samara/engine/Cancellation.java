package dev.samara.engine;

/** Ends the runs that go by it, those under way and those to come. */
public final class Cancellation extends Handle {
  public Cancellation() {
    super(Native.cancellation());
  }

  /** From any thread. */
  public void cancel() {
    Native.cancel(handle());
  }
}
