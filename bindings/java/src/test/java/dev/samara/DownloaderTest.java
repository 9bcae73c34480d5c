package dev.samara;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samara.device.DeviceState;
import dev.samara.device.Event;
import dev.samara.device.NotInitializedException;
import dev.samara.device.SamaraApp;
import dev.samara.device.SamaraException;
import dev.samara.device.SamaraOptions;
import dev.samara.device.Status;
import dev.samara.modeldownloader.CustomModel;
import dev.samara.modeldownloader.CustomModelDownloadConditions;
import dev.samara.modeldownloader.DownloadType;
import dev.samara.modeldownloader.FirebaseMlException;
import dev.samara.modeldownloader.FirebaseModelDownloader;
import dev.samara.tasks.Task;
import dev.samara.tasks.Tasks;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Firebase's names against a hub. */
@Timeout(120)
class DownloaderTest {
  private static final CustomModelDownloadConditions NONE =
      new CustomModelDownloadConditions.Builder().build();

  private final List<SamaraApp> apps = new ArrayList<>();

  private FirebaseModelDownloader downloader(SamaraOptions.Builder options)
      throws SamaraException {
    apps.add(SamaraApp.initialize(options.build(), "app " + apps.size()));
    return FirebaseModelDownloader.getInstance(apps.get(apps.size() - 1));
  }

  @AfterEach
  void closeApps() {
    apps.forEach(SamaraApp::close);
  }

  private static FirebaseMlException failure(Task<?> task) {
    Throwable cause =
        assertThrows(ExecutionException.class, () -> Tasks.await(task)).getCause();
    return assertInstanceOf(FirebaseMlException.class, cause, cause::toString);
  }

  private static byte[] bytes(File file) throws Exception {
    return Files.readAllBytes(file.toPath());
  }

  private static void assertSame(File expected, CustomModel model) throws Exception {
    org.junit.jupiter.api.Assertions.assertArrayEquals(bytes(expected), bytes(model.getFile()));
    assertEquals(expected.length(), model.getSize());
  }

  private static void assertSame(Object expected, Object actual) {
    org.junit.jupiter.api.Assertions.assertSame(expected, actual);
  }

  @Test
  void theTypesGiveWhatTheySay() throws Exception {
    TestHub.push("types", "1.0.0", TestHub.INT8);
    FirebaseModelDownloader downloader = downloader(TestHub.options());
    CustomModel first = Tasks.await(downloader.getModel("types", DownloadType.LOCAL_MODEL, NONE));
    assertSame(TestHub.INT8, first);
    assertEquals("types", first.getName());
    assertEquals(64, first.getModelHash().length());
    assertEquals(0, first.getDownloadId());
    assertEquals("1.0.0", first.getModelFile().getVersion());

    TestHub.push("types", "2.0.0", TestHub.F32);
    assertEquals(
        first, Tasks.await(downloader.getModel("types", DownloadType.LOCAL_MODEL, null)));
    DownloadType behind = DownloadType.LOCAL_MODEL_UPDATE_IN_BACKGROUND;
    assertSame(TestHub.INT8, Tasks.await(downloader.getModel("types", behind, null)));
    apps.get(0).getDevice().waitForUpdates();
    CustomModel second = Tasks.await(downloader.getModel("types", behind, NONE));
    assertSame(TestHub.F32, second);
    assertNotEquals(first, second);
    assertNotEquals(first.getModelHash(), second.getModelHash());
    assertSame(TestHub.INT8, first); // the previous version's file stays

    TestHub.push("types", "3.0.0", TestHub.INT8);
    DownloadType latest = DownloadType.LATEST_MODEL;
    assertSame(TestHub.INT8, Tasks.await(downloader.getModel("types", latest, NONE)));
  }

  @Test
  void modelsAreListedAndDeleted() throws Exception {
    TestHub.push("listed", "1.0.0", TestHub.INT8);
    FirebaseModelDownloader downloader = downloader(TestHub.options());
    assertEquals(Collections.emptySet(), Tasks.await(downloader.listDownloadedModels()));
    CustomModel model =
        Tasks.await(downloader.getModel("listed", DownloadType.LATEST_MODEL, NONE));
    assertEquals(Collections.singleton(model), Tasks.await(downloader.listDownloadedModels()));
    Tasks.await(downloader.deleteDownloadedModel("listed"));
    assertEquals(Collections.emptySet(), Tasks.await(downloader.listDownloadedModels()));
    assertNull(model.getFile());
    Tasks.await(downloader.deleteDownloadedModel("listed"));
    assertSame(
        TestHub.INT8, Tasks.await(downloader.getModel("listed", DownloadType.LOCAL_MODEL, NONE)));
  }

  @Test
  void modelsStayAfterARestart() throws Exception {
    TestHub.push("stays", "1.0.0", TestHub.INT8);
    Path folder = TestHub.folder();
    FirebaseModelDownloader downloader = downloader(TestHub.options(folder));
    Tasks.await(downloader.getModel("stays", DownloadType.LATEST_MODEL, NONE));
    apps.get(0).close();
    downloader = downloader(TestHub.options(folder).setHub("http://127.0.0.1:9"));
    assertSame(
        TestHub.INT8, Tasks.await(downloader.getModel("stays", DownloadType.LATEST_MODEL, NONE)));
    assertEquals(1, Tasks.await(downloader.listDownloadedModels()).size());
  }

  @Test
  void conditionsKeepAFirstDownloadWaiting() throws Exception {
    TestHub.push("waits", "1.0.0", TestHub.INT8);
    DeviceState[] state = {new DeviceState().network(DeviceState.Network.CELLULAR)};
    BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    FirebaseModelDownloader downloader =
        downloader(
            TestHub.options()
                .setState(() -> state[0])
                .setOption("retry_ms", "50")
                .setOnEvent(events::add));
    CustomModelDownloadConditions wifi =
        new CustomModelDownloadConditions.Builder().requireWifi().build();
    Task<CustomModel> task = downloader.getModel("waits", DownloadType.LATEST_MODEL, wifi);
    Task<Long> id = downloader.getModelDownloadId("waits", task);
    Event event = events.take();
    while (!event.getEvent().equals("conditions_unmet")) {
      event = events.take();
    }
    assertTrue(event.getWhy().contains("not on wifi"), event.getWhy());
    assertFalse(task.isComplete());
    state[0] = new DeviceState().network(DeviceState.Network.WIFI);
    assertSame(TestHub.INT8, Tasks.await(task));
    long number = Tasks.await(id);
    if (number != 0) { // else the task was over first
      assertEquals("waits", downloader.getProgress(number).getModel());
      assertEquals(100, downloader.getProgress(number).getPercent());
    }
    assertEquals(0, Tasks.await(downloader.getModelDownloadId("waits", null)));
    assertNull(downloader.getProgress(77));
  }

  @Test
  void conditionsThatAreMetOrNot() throws Exception {
    TestHub.push("met", "1.0.0", TestHub.INT8);
    FirebaseModelDownloader downloader = downloader(TestHub.options());
    CustomModelDownloadConditions.Builder builder =
        new CustomModelDownloadConditions.Builder().requireWifi().requireCharging();
    assertSame(
        TestHub.INT8,
        Tasks.await(downloader.getModel("met", DownloadType.LATEST_MODEL, builder.build())));
    TestHub.push("met", "2.0.0", TestHub.F32);
    CustomModelDownloadConditions idle = builder.requireDeviceIdle().build();
    assertTrue(idle.isWifiRequired() && idle.isChargingRequired() && idle.isDeviceIdleRequired());
    assertNotEquals(NONE, idle);
    // What is here is given where the newest may not be fetched.
    assertSame(
        TestHub.INT8, Tasks.await(downloader.getModel("met", DownloadType.LATEST_MODEL, idle)));
    assertTrue(apps.get(0).getDevice().explain("met").contains("idle"));
    assertSame(
        TestHub.F32, Tasks.await(downloader.getModel("met", DownloadType.LATEST_MODEL, NONE)));
  }

  @Test
  void whatIsWrongHasFirebasesCodes() throws Exception {
    FirebaseModelDownloader downloader = downloader(TestHub.options());
    DownloadType latest = DownloadType.LATEST_MODEL;
    FirebaseMlException unknown = failure(downloader.getModel("nobody", latest, NONE));
    assertEquals(FirebaseMlException.NOT_FOUND, unknown.getCode());
    assertEquals(Status.NOT_FOUND, unknown.getStatus());
    assertTrue(unknown.getMessage().contains("nobody"), unknown.getMessage());
    for (String name : new String[] {"", "a/b", "../up", "a\0b", "ä\uD83D\uDE00", null}) {
      FirebaseMlException bad = failure(downloader.getModel(name, latest, NONE));
      assertEquals(FirebaseMlException.INVALID_ARGUMENT, bad.getCode(), "'" + name + "'");
    }
    TestHub.pushUnsigned("unsigned", "1.0.0", TestHub.INT8);
    assertEquals(
        FirebaseMlException.PERMISSION_DENIED,
        failure(downloader.getModel("unsigned", latest, NONE)).getCode());
    FirebaseModelDownloader trusting = downloader(TestHub.options().setAllowOnline(true));
    assertSame(TestHub.INT8, Tasks.await(trusting.getModel("unsigned", latest, NONE)));
  }

  @Test
  void bytesThatAreNotWhatWasSigned() throws Exception {
    File file = new File(TestHub.folder().toFile(), "own.tflite");
    byte[] content = bytes(TestHub.INT8);
    byte[] own = java.util.Arrays.copyOf(content, content.length + 16);
    Files.write(file.toPath(), own);
    TestHub.push("damaged", "1.0.0", file);
    FirebaseModelDownloader downloader =
        downloader(TestHub.options().setOption("retry_ms", "0"));
    TestHub.damage(apps.get(0).getDevice().details("damaged").getSha256());
    FirebaseMlException error =
        failure(downloader.getModel("damaged", DownloadType.LATEST_MODEL, NONE));
    assertEquals(FirebaseMlException.MODEL_HASH_MISMATCH, error.getCode(), error.getMessage());
    assertFalse(Tasks.await(downloader.listDownloadedModels()).iterator().hasNext());
  }

  @Test
  void withoutANetwork() throws Exception {
    SamaraOptions.Builder nowhere = TestHub.options().setHub("http://127.0.0.1:9");
    FirebaseMlException error =
        failure(downloader(nowhere).getModel("types", DownloadType.LOCAL_MODEL, NONE));
    assertEquals(FirebaseMlException.UNAVAILABLE, error.getCode(), error.getMessage());
    error =
        failure(
            downloader(TestHub.options().setToken("smr_none"))
                .getModel("types", DownloadType.LATEST_MODEL, NONE));
    assertEquals(FirebaseMlException.UNAVAILABLE, error.getCode());
    assertTrue(error.getMessage().contains("401"), error.getMessage());
    nowhere =
        TestHub.options()
            .setHub("http://127.0.0.1:9")
            .setState(() -> new DeviceState().network(DeviceState.Network.NONE));
    error = failure(downloader(nowhere).getModel("types", DownloadType.LATEST_MODEL, NONE));
    assertEquals(FirebaseMlException.NO_NETWORK_CONNECTION, error.getCode(), error.getMessage());
  }

  @Test
  void aRootOfSomebodyElseIsRefused() throws Exception {
    byte[] thief =
        Files.readAllBytes(new File(TestHub.value("SAMARA_TEST_FOLDER"), "thief.json").toPath());
    SamaraException error =
        assertThrows(SamaraException.class, () -> downloader(TestHub.options().setRoot(thief)));
    assertTrue(error.getMessage().contains("signed by 0 of the 1"), error.getMessage());
    FirebaseModelDownloader downloader =
        downloader(
            TestHub.options()
                .setRoot(new File(TestHub.value("SAMARA_TEST_FOLDER"), "other.root.json")));
    assertEquals(
        FirebaseMlException.PERMISSION_DENIED,
        failure(downloader.getModel("types", DownloadType.LATEST_MODEL, NONE)).getCode());
  }

  @Test
  void useBeforeAndAfterIsAnErrorOfItsOwn() throws Exception {
    assertThrows(NotInitializedException.class, FirebaseModelDownloader::getInstance);
    assertThrows(NotInitializedException.class, SamaraApp::getInstance);
    SamaraApp app = SamaraApp.initialize(TestHub.options().build());
    apps.add(app);
    assertSame(app, SamaraApp.getInstance());
    assertThrows(
        IllegalStateException.class, () -> SamaraApp.initialize(TestHub.options().build()));
    FirebaseModelDownloader downloader = FirebaseModelDownloader.getInstance();
    downloader.setModelDownloaderCollectionEnabled(false);
    app.close();
    app.close();
    assertThrows(NotInitializedException.class, SamaraApp::getInstance);
    Task<CustomModel> late = downloader.getModel("types", DownloadType.LOCAL_MODEL, NONE);
    assertEquals(FirebaseMlException.FAILED_PRECONDITION, failure(late).getCode());
    assertEquals(
        FirebaseMlException.FAILED_PRECONDITION,
        failure(downloader.listDownloadedModels()).getCode());
  }

  @Test
  void closingTheAppEndsWhatWaits() throws Exception {
    TestHub.push("ends", "1.0.0", TestHub.INT8);
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    FirebaseModelDownloader downloader =
        downloader(
            TestHub.options()
                .setState(() -> new DeviceState().network(DeviceState.Network.WIFI))
                .setOnEvent(event -> events.add(event.getEvent())));
    Task<CustomModel> task =
        downloader.getModel(
            "ends",
            DownloadType.LATEST_MODEL,
            new CustomModelDownloadConditions.Builder().requireCharging().build());
    while (!events.take().equals("conditions_unmet")) {}
    apps.get(0).close();
    int code = failure(task).getCode();
    assertTrue(
        code == FirebaseMlException.CANCELLED || code == FirebaseMlException.FAILED_PRECONDITION,
        "code " + code);
  }

  @Test
  void manyAtOnceGetTheSame() throws Exception {
    TestHub.push("many", "1.0.0", TestHub.F32);
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    FirebaseModelDownloader downloader =
        downloader(TestHub.options().setOnEvent(event -> events.add(event.getEvent())));
    List<Task<CustomModel>> tasks = new ArrayList<>();
    for (int i = 0; i < 32; ++i) {
      tasks.add(downloader.getModel("many", DownloadType.values()[i % 3], NONE));
    }
    Tasks.await(Tasks.whenAll(tasks));
    for (Task<CustomModel> task : tasks) {
      assertSame(TestHub.F32, task.getResult());
    }
    apps.get(0).close();
    assertEquals(1, events.stream().filter("fetched"::equals).count());
  }
}
