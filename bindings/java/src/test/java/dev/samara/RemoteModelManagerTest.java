package dev.samara;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samara.device.LiveModel;
import dev.samara.device.NotInitializedException;
import dev.samara.device.Policy;
import dev.samara.device.SamaraApp;
import dev.samara.device.SamaraException;
import dev.samara.device.Status;
import dev.samara.mlkit.common.MlKitException;
import dev.samara.mlkit.common.model.CustomRemoteModel;
import dev.samara.mlkit.common.model.DownloadConditions;
import dev.samara.mlkit.common.model.LocalModel;
import dev.samara.mlkit.common.model.RemoteModel;
import dev.samara.mlkit.common.model.RemoteModelManager;
import dev.samara.mlkit.linkfirebase.FirebaseModelSource;
import dev.samara.tasks.Task;
import dev.samara.tasks.Tasks;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ML Kit's names against a hub. */
@Timeout(120)
class RemoteModelManagerTest {
  private static final DownloadConditions NONE = new DownloadConditions.Builder().build();

  /** A class of ML Kit's that a hub has no models of. */
  private static final class TranslateRemoteModel extends RemoteModel {
    TranslateRemoteModel() {
      super("translate");
    }
  }

  private static CustomRemoteModel model(String name) {
    return new CustomRemoteModel.Builder(new FirebaseModelSource.Builder(name).build()).build();
  }

  @Test
  void modelsComeAndGo() throws Exception {
    TestHub.push("remote", "1.0.0", TestHub.INT8);
    assertThrows(NotInitializedException.class, RemoteModelManager::getInstance);
    try (SamaraApp app = SamaraApp.initialize(TestHub.options().build())) {
      assertEquals(SamaraApp.DEFAULT_APP_NAME, app.getName());
      RemoteModelManager manager = RemoteModelManager.getInstance();
      CustomRemoteModel model = model("remote");
      assertFalse(Tasks.await(manager.isModelDownloaded(model)));
      DownloadConditions wifi =
          new DownloadConditions.Builder().requireWifi().requireCharging().build();
      assertTrue(wifi.isWifiRequired() && wifi.isChargingRequired());
      Tasks.await(manager.download(model, wifi));
      Tasks.await(manager.download(model, NONE));
      assertTrue(Tasks.await(manager.isModelDownloaded(model)));
      Set<CustomRemoteModel> here =
          Tasks.await(manager.getDownloadedModels(CustomRemoteModel.class));
      assertEquals(Collections.singleton(model), here);
      assertEquals(1, Tasks.await(manager.getDownloadedModels(RemoteModel.class)).size());
      assertEquals(0, Tasks.await(manager.getDownloadedModels(TranslateRemoteModel.class)).size());
      File file = Tasks.await(manager.getLatestModelFile(model));
      assertArrayEquals(
          Files.readAllBytes(TestHub.INT8.toPath()), Files.readAllBytes(file.toPath()));
      Tasks.await(manager.deleteDownloadedModel(model));
      Tasks.await(manager.deleteDownloadedModel(model));
      assertFalse(Tasks.await(manager.isModelDownloaded(model)));
      assertNotEquals(model, model("other"));
      assertEquals(model.hashCode(), model("remote").hashCode());
    }
  }

  @Test
  void whatIsWrongHasMlKitsCodes() throws Exception {
    try (SamaraApp app = SamaraApp.initialize(TestHub.options().build(), "codes")) {
      RemoteModelManager manager = RemoteModelManager.getInstance(app);
      for (Object[] one :
          new Object[][] {
            {"nobody", MlKitException.NOT_FOUND}, {"a/b", MlKitException.INVALID_ARGUMENT}
          }) {
        Task<Void> task = manager.download(model((String) one[0]), NONE);
        Throwable cause =
            assertThrows(ExecutionException.class, () -> Tasks.await(task)).getCause();
        assertEquals(one[1], assertInstanceOf(MlKitException.class, cause).getErrorCode());
      }
      app.close();
      Task<Boolean> late = manager.isModelDownloaded(model("remote"));
      Throwable cause = assertThrows(ExecutionException.class, () -> Tasks.await(late)).getCause();
      assertEquals(
          MlKitException.FAILED_PRECONDITION,
          assertInstanceOf(MlKitException.class, cause).getErrorCode());
    }
  }

  @Test
  void aModelThatCameWithTheAppIsThereAtOnce() throws Exception {
    assertThrows(IllegalArgumentException.class, () -> new LocalModel.Builder().build());
    assertThrows(
        IllegalArgumentException.class,
        () -> new LocalModel.Builder().setAssetFilePath("a").setAbsoluteFilePath("b").build());
    LocalModel file =
        new LocalModel.Builder().setAbsoluteFilePath(TestHub.INT8.getPath()).build();
    LocalModel asset = new LocalModel.Builder().setAssetFilePath("digits_int8.tflite").build();
    assertNotEquals(file, asset);
    for (LocalModel local : new LocalModel[] {file, asset}) {
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      URL models = TestHub.INT8.getParentFile().toURI().toURL();
      try (URLClassLoader loader = new URLClassLoader(new URL[] {models}, before)) {
        thread.setContextClassLoader(loader);
        try (SamaraApp app =
                SamaraApp.initialize(
                    local.addTo(TestHub.options(), "face", "1").build(), "bundled");
            LiveModel model = Tasks.await(app.open("face", Policy.LOCAL_MODEL))) {
          assertEquals("bundled", model.getFile().getState());
        }
      } finally {
        thread.setContextClassLoader(before);
      }
    }
    SamaraException none =
        assertThrows(
            SamaraException.class, () -> asset.addTo(TestHub.options(), "face", "1").build());
    assertEquals(Status.NOT_FOUND, none.getStatus());
    SamaraException outside =
        assertThrows(
            SamaraException.class, () -> asset.addTo(TestHub.options(), "../face", "1").build());
    assertEquals(Status.INVALID_ARGUMENT, outside.getStatus());
  }
}
