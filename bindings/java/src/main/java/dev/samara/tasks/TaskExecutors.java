package dev.samara.tasks;

import dev.samara.device.Nullable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Where work is done and listeners are called. */
public final class TaskExecutors {
  /**
   * Android's main thread; elsewhere one thread of the library's, or the one that the app names.
   */
  public static final Executor MAIN_THREAD = task -> main().execute(task);

  /** Threads for what may wait; they do not keep the program running. */
  public static final Executor BACKGROUND = pool("samara-", Executors::newCachedThreadPool);

  @Nullable private static volatile Executor main;

  private TaskExecutors() {}

  /** Names what MAIN_THREAD is from now on, e.g. SwingUtilities::invokeLater. */
  public static void useAsMainThread(Executor executor) {
    main = executor;
  }

  /** The call as a task, in BACKGROUND. */
  public static <R> Task<R> call(Callable<R> call) {
    return Tasks.call(BACKGROUND, call);
  }

  private static Executor main() {
    Executor found = main;
    if (found != null) {
      return found;
    }
    synchronized (TaskExecutors.class) {
      if (main == null) {
        Executor looper = androidMain();
        main = looper != null ? looper : pool("samara-main", Executors::newSingleThreadExecutor);
      }
      return main;
    }
  }

  private interface Maker {
    ExecutorService make(ThreadFactory threads);
  }

  private static Executor pool(String name, Maker maker) {
    AtomicInteger count = new AtomicInteger();
    return maker.make(
        work -> {
          String number = name.endsWith("-") ? Integer.toString(count.incrementAndGet()) : "";
          Thread thread = new Thread(work, name + number);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** By reflection, so that nothing of Android is needed to build this. Null: it is not Android. */
  @Nullable
  private static Executor androidMain() {
    try {
      Class<?> looper = Class.forName("android.os.Looper");
      Class<?> handler = Class.forName("android.os.Handler");
      Constructor<?> make = handler.getConstructor(looper);
      Object made = make.newInstance(looper.getMethod("getMainLooper").invoke(null));
      Method post = handler.getMethod("post", Runnable.class);
      return task -> {
        try {
          post.invoke(made, task);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
      };
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }
}
