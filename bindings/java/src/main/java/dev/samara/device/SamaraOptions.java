package dev.samara.device;

import dev.samara.tasks.TaskExecutors;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What takes the place of google-services.json: the hub, the app's token, whom it trusts, a folder.
 */
public final class SamaraOptions {
  /**
   * Hears how far downloads are; only the newest of each model where it is slower than they are.
   */
  public interface ProgressListener {
    void onProgress(Progress progress);
  }

  /** Hears everything that happens to the delivery of models. */
  public interface EventListener {
    void onEvent(Event event);
  }

  private static final String ROOT = "first-root.json";

  private final List<String> texts;
  private final List<String> bundled;
  @Nullable final Conditions first;
  @Nullable final Conditions updates;
  @Nullable final DeviceState.Provider state;
  @Nullable final ProgressListener onProgress;
  @Nullable final EventListener onEvent;
  final Executor callbackExecutor;

  private SamaraOptions(Builder from, List<String> texts, List<String> bundled) {
    this.texts = texts;
    this.bundled = bundled;
    first = from.first;
    updates = from.updates;
    state = from.state;
    onProgress = from.onProgress;
    onEvent = from.onEvent;
    callbackExecutor = from.callbackExecutor;
  }

  byte[][] texts() throws SamaraException {
    return Native.bytes(texts, texts.size());
  }

  byte[][] bundled() throws SamaraException {
    return Native.bytes(bundled, bundled.size());
  }

  /** Sets them. One thread at a time. */
  public static final class Builder {
    private final List<String> texts = new ArrayList<>();
    private final List<String> more = new ArrayList<>();
    private final List<String[]> bundled = new ArrayList<>();
    private final File folder;
    @Nullable private String hub;
    private String project = "default";
    @Nullable private byte[] root;
    @Nullable private Conditions first;
    @Nullable private Conditions updates;
    @Nullable private DeviceState.Provider state;
    @Nullable private ProgressListener onProgress;
    @Nullable private EventListener onEvent;
    private Executor callbackExecutor = TaskExecutors.MAIN_THREAD;

    /** {@code folder} is where models are kept; on Android, Context.getNoBackupFilesDir(). */
    public Builder(File folder) {
      this.folder = folder;
      setOption("folder", folder.getPath());
    }

    /** The hub's address, e.g. https://models.example.org. */
    public Builder setHub(String address) {
      hub = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
      return this;
    }

    /** The project in the hub; "default" without. */
    public Builder setProject(String project) {
      this.project = project;
      return this;
    }

    /** Of a device, where the project is not public: `samara hub token make`. */
    public Builder setToken(String token) {
      return setOption("token", token);
    }

    /** The repository's first root, by which everything else is believed; needed once. */
    public Builder setRoot(File file) {
      return setOption("root", file.getPath());
    }

    /** The same as it comes with the app, e.g. read from an asset. */
    public Builder setRoot(byte[] content) {
      root = content.clone();
      return this;
    }

    /** "stable" without. */
    public Builder setChannel(String channel) {
      return setOption("channel", channel);
    }

    /** A pin that is followed in place of the channel, where the hub has it. */
    public Builder setPin(String pin) {
      return setOption("pin", pin);
    }

    /**
     * Another hub or signed repository, which answers where those before do not know a model: the
     * addresses of its metadata and of its targets, its first root, and the token of a device.
     */
    public Builder addHub(
        String metadataUrl, String targetUrl, File root, @Nullable String token) {
      String[] named = {
        "metadata_url", metadataUrl, "target_url", targetUrl, "root", root.getPath()
      };
      Collections.addAll(more, named);
      if (token != null) {
        Collections.addAll(more, "token", token);
      }
      return this;
    }

    /** The major versions that the app knows, "2", "1-3" or "any"; that of the first without. */
    public Builder setAcceptsMajor(String majors) {
      return setOption("accepts_major", majors);
    }

    /** Whether models that the hub alone has signed are taken, not only their owner's. */
    public Builder setAllowOnline(boolean allowed) {
      return setOption("allow_online", Boolean.toString(allowed));
    }

    /** An option by its name in samara/c/device.h. */
    public Builder setOption(String name, String value) {
      texts.add(name);
      texts.add(value);
      return this;
    }

    /** A model that comes with the app, as a file. */
    public Builder addBundled(String model, String version, File file) {
      bundled.add(new String[] {model, version, file.getPath(), ""});
      return this;
    }

    /**
     * A model that comes with the app, as an asset of Android or a resource of the class path; it
     * is copied into the folder once for each version.
     */
    public Builder addBundledAsset(String model, String version, String path) {
      bundled.add(new String[] {model, version, "", path});
      return this;
    }

    /** For the first download of a model, and for the next ones. */
    public Builder setConditions(Conditions first, Conditions updates) {
      this.first = first;
      this.updates = updates;
      return this;
    }

    /** In place of the files and services of a Linux device; Android's apps are not shown those. */
    public Builder setState(DeviceState.Provider provider) {
      state = provider;
      return this;
    }

    public Builder setOnProgress(ProgressListener listener) {
      onProgress = listener;
      return this;
    }

    public Builder setOnEvent(EventListener listener) {
      onEvent = listener;
      return this;
    }

    /** Where the listeners are called; {@link TaskExecutors#MAIN_THREAD} without. */
    public Builder setCallbackExecutor(Executor executor) {
      callbackExecutor = executor;
      return this;
    }

    /**
     * @throws SamaraException IO, NOT_FOUND: what comes with the app cannot be put into the folder
     */
    public SamaraOptions build() throws SamaraException {
      List<String> options = new ArrayList<>(texts);
      if (hub != null) {
        String base = hub + "/v1/projects/" + project + "/tuf/";
        options.add("metadata_url");
        options.add(base + "metadata");
        options.add("target_url");
        options.add(base + "targets");
      }
      List<String> models = new ArrayList<>();
      try {
        if (root != null) {
          Path file = folder.toPath().resolve(ROOT);
          Files.createDirectories(folder.toPath());
          Files.write(file, root);
          options.add("root");
          options.add(file.toString());
        }
        for (String[] one : bundled) {
          models.add(one[0]);
          models.add(one[1]);
          models.add(one[3].isEmpty() ? one[2] : unpacked(one[0], one[1], one[3]));
        }
      } catch (IOException e) {
        throw new SamaraException(Status.IO, e.toString());
      }
      options.addAll(more); // each begins with an address, to which the rest belongs
      return new SamaraOptions(this, options, models);
    }

    private String unpacked(String model, String version, String path)
        throws IOException, SamaraException {
      Path place = folder.toPath().resolve("bundled");
      Path file = place.resolve(model + "-" + version + ".tflite");
      if (!place.equals(file.getParent())) {
        throw new SamaraException(
            Status.INVALID_ARGUMENT, "'" + model + "-" + version + "' is no name of a file");
      }
      if (Files.exists(file)) {
        return file.toString();
      }
      try (InputStream asset = asset(path)) {
        if (asset == null) {
          throw new SamaraException(Status.NOT_FOUND, "there is no asset '" + path + "'");
        }
        Files.createDirectories(place);
        Path part = Files.createTempFile(place, "part", null);
        Files.copy(asset, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      }
      return file.toString();
    }

    /** An APK is in its app's class path, with its assets below assets/. */
    @Nullable
    private static InputStream asset(String path) {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      if (loader == null) {
        loader = SamaraOptions.class.getClassLoader();
      }
      InputStream found = loader.getResourceAsStream("assets/" + path);
      return found != null ? found : loader.getResourceAsStream(path);
    }
  }
}
