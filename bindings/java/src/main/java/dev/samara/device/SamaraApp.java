package dev.samara.device;

import dev.samara.tasks.Task;
import dev.samara.tasks.TaskCompletionSource;
import dev.samara.tasks.TaskExecutors;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Where an app begins, as with FirebaseApp: {@link #initialize} once, then {@link #getInstance} or
 * the classes with Firebase's and ML Kit's names. All calls may be made from any thread.
 */
public final class SamaraApp implements AutoCloseable {
  public static final String DEFAULT_APP_NAME = "[DEFAULT]";

  private static final Map<String, SamaraApp> APPS = new HashMap<>();

  private final String name;
  private final Device device;

  private SamaraApp(String name, Device device) {
    this.name = name;
    this.device = device;
  }

  /**
   * Makes the default app.
   *
   * @throws SamaraException those of {@link Device}
   * @throws IllegalStateException there is one
   */
  public static SamaraApp initialize(SamaraOptions options) throws SamaraException {
    return initialize(options, DEFAULT_APP_NAME);
  }

  /** Makes an app with a name of its own, for a second hub. */
  public static SamaraApp initialize(SamaraOptions options, String name) throws SamaraException {
    synchronized (APPS) {
      if (APPS.containsKey(name)) {
        throw new IllegalStateException("the app " + name + " is initialised already");
      }
      SamaraApp app = new SamaraApp(name, new Device(options));
      APPS.put(name, app);
      return app;
    }
  }

  /** The default app. Throws {@link NotInitializedException} where there is none. */
  public static SamaraApp getInstance() {
    return getInstance(DEFAULT_APP_NAME);
  }

  public static SamaraApp getInstance(String name) {
    synchronized (APPS) {
      SamaraApp app = APPS.get(name);
      if (app == null) {
        throw new NotInitializedException(
            "SamaraApp.initialize() has not been called for " + name + ", or the app was closed");
      }
      return app;
    }
  }

  public String getName() {
    return name;
  }

  public Device getDevice() {
    return device;
  }

  /** Opens a model as {@link Device#open} does, in a thread of its own. */
  public Task<LiveModel> open(String model, Policy policy) {
    return TaskExecutors.call(() -> device.open(model, policy));
  }

  /**
   * The model's file as soon as one is here, however long its conditions keep it away; fails with
   * CANCELLED where the app is closed before.
   */
  public Task<ModelFile> whenReady(String model) {
    TaskCompletionSource<ModelFile> source = new TaskCompletionSource<>();
    try {
      device.whenReady(
          model,
          (file, error) ->
              TaskExecutors.BACKGROUND.execute(
                  () -> {
                    if (error == null) {
                      source.trySetResult(file);
                    } else {
                      source.trySetException(error);
                    }
                  }));
    } catch (SamaraException | IllegalStateException e) {
      source.trySetException(e);
    }
    return source.getTask();
  }

  /**
   * What the last event of the model's delivery was, where it came after {@code number}; null: none
   * did. For the classes with Firebase's names, whose codes say it.
   */
  @Nullable
  public String eventAfter(String model, long number) {
    Upcalls.Last last = device.upcalls().last(model);
    return last == null || last.number <= number ? null : last.event;
  }

  /** How many events there were of the model's delivery. */
  public long eventCount(String model) {
    Upcalls.Last last = device.upcalls().last(model);
    return last == null ? 0 : last.number;
  }

  /** Whether the provider of the device's state says that there is no network. */
  public boolean isOffline() {
    return device.upcalls().isOffline();
  }

  /** The number of the model's download that is under way; 0: none is. */
  public long getDownloadId(String model) {
    return device.downloads().id(model);
  }

  /** Calls once with its number when a download of the model begins, or is under way. */
  public void onDownload(String model, LongConsumer then) {
    device.downloads().await(model, then);
  }

  /** Closes its device; the name is free again. A second time does nothing. */
  @Override
  public void close() {
    device.close();
    synchronized (APPS) {
      APPS.remove(name, this);
    }
  }
}
