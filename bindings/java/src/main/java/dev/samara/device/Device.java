package dev.samara.device;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A device library of its own, with its folder of models and its thread. All calls may be made from
 * any thread; those that say so wait for a download. After {@link #close} each throws
 * IllegalStateException.
 */
public final class Device implements AutoCloseable {
  private final Handle handle;
  private final Upcalls upcalls;
  private final Downloads downloads = new Downloads();
  private final Map<String, Integer> waiting = new ConcurrentHashMap<>();
  private final Set<LiveModel> open =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  /**
   * @throws SamaraException INVALID_ARGUMENT: a value, or a hub without its first root;
   *     UNSUPPORTED: no HTTP library; PERMISSION_DENIED and others: that root is none
   */
  public Device(SamaraOptions options) throws SamaraException {
    upcalls = new Upcalls(options, downloads);
    long made =
        Native.newDevice(
            options.texts(),
            options.bundled(),
            options.first == null ? null : options.first.values(),
            options.updates == null ? null : options.updates.values(),
            upcalls,
            options.state != null);
    handle = new Handle("the device", made, Native::freeDevice);
  }

  /** {@link #get(String, Policy, Conditions)} under the conditions that hold. */
  public ModelFile get(String model, Policy policy) throws SamaraException {
    return get(model, policy, null);
  }

  /**
   * What is here, or what is newest, as the policy says; waits for a download where that has to
   * come first. {@code conditions} hold for this model from now on; null leaves them as they are.
   *
   * @throws SamaraException NOT_FOUND: no such model; UNAVAILABLE: none is here, and none can be
   *     had
   */
  public ModelFile get(String model, Policy policy, @Nullable Conditions conditions)
      throws SamaraException {
    byte[] name = Native.bytes(model);
    long[] values = conditions == null ? null : conditions.values();
    return cancellable(model, device -> Native.get(device, name, policy.ordinal(), values));
  }

  /** As get(), and where nothing is here the file at {@code path}, so that it never waits. */
  public ModelFile getWithFallback(String model, String version, String path, Policy policy)
      throws SamaraException {
    byte[][] texts = {Native.bytes(model), Native.bytes(version), Native.bytes(path)};
    return cancellable(
        model,
        device ->
            Native.getWithFallback(device, texts[0], texts[1], texts[2], policy.ordinal()));
  }

  /**
   * A model from any server, known by its hash, or signed by a key (PEM): one of the two is null.
   * Without a name one is made of the address.
   *
   * @throws SamaraException INVALID_ARGUMENT: neither or both; PERMISSION_DENIED: the signature;
   *     DATA_LOSS, NOT_FOUND, UNAVAILABLE
   */
  public ModelFile getFromUrl(
      String url,
      @Nullable String sha256,
      @Nullable String publicKey,
      @Nullable String name,
      Policy policy)
      throws SamaraException {
    byte[][] texts = {
      Native.bytes(url), Native.bytes(sha256), Native.bytes(publicKey), Native.bytes(name)
    };
    return cancellable(
        name == null ? "" : name,
        device ->
            Native.getFromUrl(
                device, texts[0], texts[1], texts[2], texts[3], policy.ordinal()));
  }

  /** What is here, without asking anybody. */
  public ModelFile latestFile(String model) throws SamaraException {
    byte[] name = Native.bytes(model);
    return handle.call(device -> Native.latestFile(device, name));
  }

  /** The models that were delivered and are here. */
  public List<ModelFile> list() throws SamaraException {
    List<ModelFile> out = new ArrayList<>();
    Collections.addAll(out, handle.call(Native::list));
    return out;
  }

  /** What is newest, without a download. */
  public ModelFile details(String model) throws SamaraException {
    byte[] name = Native.bytes(model);
    return handle.call(device -> Native.details(device, name));
  }

  /** Whether a delivered version is here. */
  public boolean isDownloaded(String model) throws SamaraException {
    byte[] name = Native.bytes(model);
    return handle.call(device -> Native.isDownloaded(device, name));
  }

  /** Whether a model can be opened now: delivered, previous or bundled. */
  public boolean isReady(String model) throws SamaraException {
    byte[] name = Native.bytes(model);
    return handle.call(device -> Native.isReady(device, name));
  }

  /** By hash: whether the newest is another than the one in use. */
  public boolean isUpdateAvailable(String model) throws SamaraException {
    byte[] name = Native.bytes(model);
    return handle.call(device -> Native.isUpdateAvailable(device, name));
  }

  /** Starts the update, and tells once when a file is here, or that the device ended before. */
  void whenReady(String model, Upcalls.Ready ready) throws SamaraException {
    byte[] name = Native.bytes(model);
    handle.run(device -> Native.whenReady(device, name, ready));
  }

  /** Asks for the newest and does all that can be done now. */
  public void update(String model) throws SamaraException {
    byte[] name = Native.bytes(model);
    cancellable(
        model,
        device -> {
          Native.update(device, name);
          return null;
        });
  }

  /** Starts their updates behind the call. */
  public void prefetch(List<String> models) throws SamaraException {
    byte[][] names = Native.bytes(models, models.size());
    handle.run(device -> Native.prefetch(device, names));
  }

  /** Returns when the updates that were started behind other calls are over. */
  public void waitForUpdates() throws SamaraException {
    handle.run(Native::waitForUpdates);
  }

  /** Ends the model's download; what has come is kept. */
  public void cancel(String model) throws SamaraException {
    byte[] name = Native.bytes(model);
    handle.run(device -> Native.cancel(device, name));
  }

  /** Forgets the model and removes its files; one that is not here is no error. */
  public void delete(String model) throws SamaraException {
    byte[] name = Native.bytes(model);
    handle.run(device -> Native.delete(device, name));
  }

  /** Only that version may come in use; "": any again. */
  public void pin(String model, String version) throws SamaraException {
    byte[] name = Native.bytes(model);
    byte[] text = Native.bytes(version);
    handle.run(device -> Native.pin(device, name, text));
  }

  /** The version in use works (option app_confirms). */
  public void confirm(String model) throws SamaraException {
    byte[] name = Native.bytes(model);
    handle.run(device -> Native.confirm(device, name));
  }

  /** Back to the last good version; the one in use is not taken again. */
  public void rollBack(String model, String reason) throws SamaraException {
    byte[] name = Native.bytes(model);
    byte[] text = Native.bytes(reason);
    handle.run(device -> Native.rollBack(device, name, text));
  }

  /** What is in use, and why no other; also while a download is under way. */
  public String explain(String model) throws SamaraException {
    byte[] name = Native.bytes(model);
    return Native.string(handle.call(device -> Native.explain(device, name)));
  }

  /**
   * Opens what is here at once, and swaps when the newest has come. The device closes the models
   * that it opened.
   *
   * @throws SamaraException NOT_FOUND; UNAVAILABLE: none is here, and none can be had;
   *     INVALID_MODEL
   */
  public LiveModel open(String model, Policy policy) throws SamaraException {
    byte[] name = Native.bytes(model);
    handle.enter(); // as long as the model is open
    LiveModel[] made = new LiveModel[1];
    try {
      long opened =
          cancellable(model, device -> Native.open(device, name, policy.ordinal()));
      made[0] =
          new LiveModel(
              new Handle(
                  "the model",
                  opened,
                  pointer -> {
                    Native.freeModel(pointer);
                    open.remove(made[0]);
                    handle.exit();
                  }));
    } finally {
      if (made[0] == null) {
        handle.exit();
      }
    }
    open.add(made[0]);
    if (handle.isClosed()) {
      made[0].close(); // close() may have looked before it was among them
    }
    return made[0];
  }

  /**
   * How far a download is, by the number that CustomModel.getDownloadId() gives; null: not known.
   */
  @Nullable
  public Progress getProgress(long downloadId) {
    return downloads.progress(downloadId);
  }

  /**
   * Closes the models that are open, ends downloads (what has come is kept), and returns when calls
   * under way in other threads are over. A second time does nothing.
   */
  @Override
  public void close() {
    Upcalls.refuseInside("close()");
    handle.close(this::endCalls);
  }

  private void endCalls() {
    for (LiveModel model : open.toArray(new LiveModel[0])) {
      model.close();
    }
    for (String model : waiting.keySet()) {
      try {
        handle.whileClosing(device -> Native.cancel(device, Native.bytes(model)));
      } catch (SamaraException e) {
        continue; // a name that cannot be cancelled has no download
      }
    }
  }

  Downloads downloads() {
    return downloads;
  }

  Upcalls upcalls() {
    return upcalls;
  }

  /** A call that may wait for a download, which close() then ends. */
  private <T> T cancellable(String model, Handle.Call<T> call) throws SamaraException {
    if (model == null) {
      return handle.call(call);
    }
    waiting.merge(model, 1, Integer::sum);
    try {
      return handle.call(call);
    } finally {
      waiting.computeIfPresent(model, (name, count) -> count == 1 ? null : count - 1);
    }
  }
}
