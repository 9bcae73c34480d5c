package dev.samara.device;

import java.util.function.LongConsumer;

/** A native object: nobody gets at it once it is closed, and the last one who is in it frees it. */
final class Handle {
  interface Call<T> {
    T on(long pointer) throws SamaraException;
  }

  interface Action {
    void on(long pointer) throws SamaraException;
  }

  /** How many handles this thread is in: it must not wait for itself. */
  private static final ThreadLocal<int[]> INSIDE = ThreadLocal.withInitial(() -> new int[1]);

  private final String what;
  private final LongConsumer free;
  private long pointer;
  private int users;
  private boolean closed;

  Handle(String what, long pointer, LongConsumer free) {
    this.what = what;
    this.pointer = pointer;
    this.free = free;
  }

  /** Calls with the pointer. Throws IllegalStateException where it is closed. */
  <T> T call(Call<T> call) throws SamaraException {
    long entered = enter();
    ++INSIDE.get()[0];
    try {
      return call.on(entered);
    } finally {
      --INSIDE.get()[0];
      exit();
    }
  }

  void run(Action action) throws SamaraException {
    call(
        entered -> {
          action.on(entered);
          return null;
        });
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized long enter() {
    if (closed) {
      throw new IllegalStateException(what + " is closed");
    }
    ++users;
    return pointer;
  }

  void exit() {
    long last;
    synchronized (this) {
      last = --users == 0 && closed ? pointer : 0;
    }
    release(last);
  }

  /** Nobody enters any more; freed as soon as nobody is in it. A second time does nothing. */
  void close() {
    if (beginClosing()) {
      exit();
    }
  }

  /**
   * As close(), and once nobody can enter calls {@code end}, which ends what others wait for, and
   * returns when it is freed; at once where this thread itself keeps it from being so.
   */
  void close(Runnable end) {
    if (beginClosing()) {
      end.run();
      exit();
    }
    if (INSIDE.get()[0] == 0) {
      awaitFreed();
    }
  }

  /** Only for the {@code end} of close(). */
  void whileClosing(Action action) throws SamaraException {
    action.on(pointer);
  }

  /** True once, and then the caller is in it. */
  private synchronized boolean beginClosing() {
    if (closed) {
      return false;
    }
    closed = true;
    ++users;
    return true;
  }

  private synchronized void awaitFreed() {
    boolean interrupted = false;
    while (pointer != 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void release(long last) {
    if (last == 0) {
      return;
    }
    free.accept(last);
    synchronized (this) {
      pointer = 0;
      notifyAll();
    }
  }
}
