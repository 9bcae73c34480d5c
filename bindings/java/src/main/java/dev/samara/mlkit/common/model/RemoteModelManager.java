package dev.samara.mlkit.common.model;

import dev.samara.device.ModelFile;
import dev.samara.device.ModelTasks;
import dev.samara.device.Policy;
import dev.samara.device.SamaraApp;
import dev.samara.mlkit.common.MlKitException;
import dev.samara.tasks.Task;
import dev.samara.tasks.TaskExecutors;
import java.io.File;
import java.util.HashSet;
import java.util.Set;

/**
 * Downloads models and removes them, as ML Kit's class does. Tasks fail with a {@link
 * MlKitException}. All calls may be made from any thread.
 */
public final class RemoteModelManager {
  private final ModelTasks tasks;

  private RemoteModelManager(SamaraApp app) {
    tasks = new ModelTasks(app, MlKitException::new);
  }

  /** Of the default app. Throws NotInitializedException where there is none. */
  public static RemoteModelManager getInstance() {
    return getInstance(SamaraApp.getInstance());
  }

  public static RemoteModelManager getInstance(SamaraApp app) {
    return new RemoteModelManager(app);
  }

  /** Over when the newest version is here, or was; waits for the conditions where none is here. */
  public Task<Void> download(RemoteModel model, DownloadConditions conditions) {
    return tasks
        .get(model.getModelName(), Policy.LATEST_MODEL, conditions.conditions())
        .continueWith(
            TaskExecutors.BACKGROUND,
            done -> {
              done.getResult();
              return null;
            });
  }

  public Task<Boolean> isModelDownloaded(RemoteModel model) {
    return tasks.call(device -> device.isDownloaded(model.getModelName()));
  }

  /** One that is not here is no error. */
  public Task<Void> deleteDownloadedModel(RemoteModel model) {
    return tasks.delete(model.getModelName());
  }

  /** Those of CustomRemoteModel, or of RemoteModel, which are the same; no other class has any. */
  public <T extends RemoteModel> Task<Set<T>> getDownloadedModels(Class<T> modelType) {
    return tasks.call(
        device -> {
          Set<T> out = new HashSet<>();
          if (modelType.isAssignableFrom(CustomRemoteModel.class)) {
            for (ModelFile file : device.list()) {
              out.add(modelType.cast(new CustomRemoteModel(file.getName())));
            }
          }
          return out;
        });
  }

  /** The file of the newest version that is here, as the manager before ML Kit had it. */
  public Task<File> getLatestModelFile(RemoteModel model) {
    return tasks.call(device -> device.latestFile(model.getModelName()).getFile());
  }
}
