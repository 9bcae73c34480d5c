package dev.samara.device;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What native code calls, from threads of the library. Listeners are called from the app's
 * executor, so that they may take their time and make every call, and no exception of theirs goes
 * back.
 */
final class Upcalls {
  /** Told once what became of a wait. */
  interface Ready {
    void done(@Nullable ModelFile file, @Nullable SamaraException error);
  }

  /** The last thing that happened to a model's delivery, and how many did before. */
  static final class Last {
    final String event;
    final String next;
    final long number;

    Last(String event, String next, long number) {
      this.event = event;
      this.next = next;
      this.number = number;
    }
  }

  private static final ThreadLocal<Boolean> INSIDE = ThreadLocal.withInitial(() -> false);

  private final Executor executor;
  @Nullable private final DeviceState.Provider state;
  @Nullable private final SamaraOptions.ProgressListener onProgress;
  @Nullable private final SamaraOptions.EventListener onEvent;
  private final Downloads downloads;
  private final Map<String, Progress> untold = new ConcurrentHashMap<>();
  private final Map<String, Last> last = new ConcurrentHashMap<>();

  Upcalls(SamaraOptions options, Downloads downloads) {
    executor = options.callbackExecutor;
    state = options.state;
    onProgress = options.onProgress;
    onEvent = options.onEvent;
    this.downloads = downloads;
  }

  /** Throws where the library waits for the caller, and the call would wait for the library. */
  static void refuseInside(String call) {
    if (INSIDE.get()) {
      throw new IllegalStateException(
          call + " was called by the provider of the device's state, or in the library's thread");
    }
  }

  private static <R> R inside(Supplier<R> work) {
    boolean before = INSIDE.get();
    INSIDE.set(true);
    try {
      return work.get();
    } finally {
      INSIDE.set(before);
    }
  }

  @Nullable
  Last last(@Nullable String model) {
    return model == null ? null : last.get(model);
  }

  boolean isOffline() {
    DeviceState now = now();
    return now != null && now.isOffline();
  }

  @Nullable
  private DeviceState now() {
    if (state == null) {
      return null;
    }
    try {
      return inside(state::now);
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** Called by native code. */
  @Nullable
  long[] state() {
    DeviceState now = now();
    return now == null ? null : now.values();
  }

  /** Called by native code. What has not been told yet is replaced by what is newer. */
  void progress(byte[] model, long bytes, long total, double bytesPerSecond) {
    String name = Native.string(model);
    Progress now = new Progress(name, bytes, total, bytesPerSecond);
    downloads.progress(now);
    if (onProgress != null && untold.put(name, now) == null) {
      tell(() -> onProgress.onProgress(untold.remove(name)));
    }
  }

  /** Called by native code. */
  void event(byte[] model, byte[] from, byte[] event, byte[] next, byte[] why) {
    Event told =
        new Event(
            Native.string(model),
            Native.string(from),
            Native.string(event),
            Native.string(next),
            Native.string(why));
    last.compute(
        told.getModel(),
        (name, before) ->
            new Last(told.getEvent(), told.getNext(), before == null ? 1 : before.number + 1));
    downloads.event(told);
    if (onEvent != null) {
      tell(() -> onEvent.onEvent(told));
    }
  }

  private void tell(Runnable listener) {
    inside(
        () -> {
          executor.execute(listener);
          return null;
        });
  }

  /** Called by native code. */
  static void ready(Ready ready, @Nullable ModelFile file, int status, byte[] message) {
    ready.done(file, file == null ? new SamaraException(status, message) : null);
  }

  /** Called by native code. Null: the app's function failed. */
  @Nullable
  static byte[][] answer(LiveModel.Fallback function, byte[][] inputs) {
    ByteBuffer[] given = new ByteBuffer[inputs.length];
    for (int i = 0; i < given.length; ++i) {
      given[i] = Buffers.of(inputs[i]);
    }
    try {
      ByteBuffer[] answered = function.answer(given);
      byte[][] outputs = new byte[answered.length][];
      for (int i = 0; i < outputs.length; ++i) {
        outputs[i] = Buffers.bytes(answered[i]);
      }
      return outputs;
    } catch (Exception e) {
      return null;
    }
  }
}
