package dev.samara.modeldownloader;

import dev.samara.device.Failures;
import dev.samara.device.ModelFile;
import dev.samara.device.ModelTasks;
import dev.samara.device.Nullable;
import dev.samara.device.Policy;
import dev.samara.device.Progress;
import dev.samara.device.SamaraApp;
import dev.samara.tasks.Task;
import dev.samara.tasks.TaskCompletionSource;
import dev.samara.tasks.TaskExecutors;
import java.util.HashSet;
import java.util.Set;

/**
 * Models by name from a hub, as Firebase's class has it. Tasks fail with a {@link
 * FirebaseMlException}. All calls may be made from any thread.
 */
public final class FirebaseModelDownloader {
  private final SamaraApp app;
  private final ModelTasks tasks;

  private FirebaseModelDownloader(SamaraApp app) {
    this.app = app;
    tasks =
        new ModelTasks(
            app,
            (status, message, number) ->
                new FirebaseMlException(
                    status,
                    message,
                    number == Failures.INCOMPATIBLE
                        ? FirebaseMlException.FAILED_PRECONDITION
                        : number));
  }

  /** Of the default app. Throws NotInitializedException where there is none. */
  public static FirebaseModelDownloader getInstance() {
    return getInstance(SamaraApp.getInstance());
  }

  public static FirebaseModelDownloader getInstance(SamaraApp app) {
    return new FirebaseModelDownloader(app);
  }

  /**
   * What is here, or what is newest, as the type says. With no model here all types wait for the
   * latest, and for the conditions to hold; {@code conditions} hold for this model from now on,
   * null leaves them as they are.
   */
  public Task<CustomModel> getModel(
      String modelName,
      DownloadType downloadType,
      @Nullable CustomModelDownloadConditions conditions) {
    Policy policy = Policy.values()[downloadType.ordinal()];
    return tasks
        .get(modelName, policy, conditions == null ? null : conditions.conditions())
        .continueWith(TaskExecutors.BACKGROUND, done -> model(done.getResult()));
  }

  /** The models that were delivered and are here. */
  public Task<Set<CustomModel>> listDownloadedModels() {
    return tasks.call(
        device -> {
          Set<CustomModel> out = new HashSet<>();
          for (ModelFile file : device.list()) {
            out.add(model(file));
          }
          return out;
        });
  }

  /** Forgets the model and removes its files; one that is not here is no error. */
  public Task<Void> deleteDownloadedModel(String modelName) {
    return tasks.delete(modelName);
  }

  /**
   * The number of the download that {@code getModelTask} waits for, as soon as it has begun; 0
   * where the task ended without one.
   */
  public Task<Long> getModelDownloadId(
      String modelName, @Nullable Task<CustomModel> getModelTask) {
    long now = app.getDownloadId(modelName);
    TaskCompletionSource<Long> source = new TaskCompletionSource<>();
    if (now != 0 || getModelTask == null) {
      source.setResult(now);
      return source.getTask();
    }
    app.onDownload(modelName, source::trySetResult);
    getModelTask.addOnCompleteListener(
        Runnable::run, done -> source.trySetResult(app.getDownloadId(modelName)));
    return source.getTask();
  }

  /** How far a download is; null: there is no such download, or nothing of it has come. */
  @Nullable
  public Progress getProgress(long downloadId) {
    return app.getDevice().getProgress(downloadId);
  }

  /**
   * Does nothing: what apps do with models is not collected. Here so that it need not be removed.
   */
  public void setModelDownloaderCollectionEnabled(@Nullable Boolean enabled) {}

  private CustomModel model(ModelFile file) {
    return new CustomModel(file, app.getDownloadId(file.getName()));
  }
}
