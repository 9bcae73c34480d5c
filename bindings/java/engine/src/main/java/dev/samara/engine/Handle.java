package dev.samara.engine;

/** A native object, freed once. Native code finds out whoever comes after that. */
abstract class Handle implements AutoCloseable {
  private long handle;

  Handle(long handle) {
    this.handle = handle;
  }

  synchronized long handle() {
    if (handle == 0) throw new IllegalStateException(getClass().getSimpleName() + " is closed");
    return handle;
  }

  /** Returns when calls of other threads have; a second time does nothing. */
  @Override
  public void close() {
    long last;
    synchronized (this) {
      last = handle;
      handle = 0;
    }
    if (last != 0) Native.free(last);
  }
}
