package dev.samara;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samara.device.Answer;
import dev.samara.device.Buffers;
import dev.samara.device.Conditions;
import dev.samara.device.Device;
import dev.samara.device.DeviceState;
import dev.samara.device.Event;
import dev.samara.device.LiveModel;
import dev.samara.device.ModelFile;
import dev.samara.device.Policy;
import dev.samara.device.SamaraApp;
import dev.samara.device.SamaraException;
import dev.samara.device.SamaraOptions;
import dev.samara.device.Status;
import dev.samara.device.Way;
import dev.samara.tasks.Task;
import dev.samara.tasks.Tasks;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** The device library itself: every call, inferences, listeners, and what goes on at its end. */
@Timeout(180)
class DeviceTest {
  private static final float[] PICTURE = new float[32 * 32 * 3];

  private static SamaraException failure(Status status, Executable call) {
    SamaraException error = assertThrows(SamaraException.class, call);
    assertEquals(status, error.getStatus(), error.getMessage());
    assertFalse(error.getMessage().isEmpty());
    return error;
  }

  private static SamaraOptions.Builder bundled() {
    return new SamaraOptions.Builder(TestHub.folder().toFile())
        .setOption("bus", "-")
        .addBundled("digits", "7", TestHub.F32);
  }

  @Test
  void everyCallDoesWhatItSays() throws Exception {
    TestHub.push("calls", "1.0.0", TestHub.F32);
    Path folder = TestHub.folder();
    try (Device device = new Device(TestHub.options(folder).build())) {
      assertFalse(device.isReady("calls"));
      assertFalse(device.isDownloaded("calls"));
      ModelFile offered = device.details("calls");
      assertEquals("offered", offered.getState());
      assertNull(offered.getFile());
      failure(Status.NOT_FOUND, () -> device.latestFile("calls"));
      ModelFile file = device.get("calls", Policy.LOCAL_MODEL);
      assertEquals("current", file.getState());
      assertEquals(offered.getSha256(), file.getSha256());
      assertTrue(file.getSource().startsWith(TestHub.value("SAMARA_HUB")), file.getSource());
      assertTrue(device.isReady("calls") && device.isDownloaded("calls"));
      assertFalse(device.isUpdateAvailable("calls"));
      assertEquals(file, device.latestFile("calls"));
      assertEquals(Collections.singletonList(file), device.list());
      failure(Status.FAILED_PRECONDITION, () -> device.rollBack("calls", "no other is here"));
      failure(Status.FAILED_PRECONDITION, () -> device.rollBack("never", "it was never here"));
      assertEquals(file, device.latestFile("calls"));

      TestHub.push("calls", "1.1.0", TestHub.F32);
      TestHub.push("calls", "2.0.0", TestHub.INT8);
      assertTrue(device.isUpdateAvailable("calls"));
      device.prefetch(Arrays.asList("calls"));
      device.waitForUpdates();
      assertEquals("2.0.0", device.latestFile("calls").getVersion());
      device.rollBack("calls", "it is worse");
      assertEquals(file.getSha256(), device.latestFile("calls").getSha256());
      assertTrue(device.explain("calls").contains("it is worse"), device.explain("calls"));
      device.pin("calls", "1.0.0");
      device.update("calls");
      failure(Status.NOT_FOUND, () -> device.pin("calls", "9.9.9"));
      device.pin("calls", "");
      device.cancel("calls");
      device.confirm("calls");
      device.delete("calls");
      assertFalse(device.isDownloaded("calls"));
      device.delete("calls"); // what is not here is no error
      failure(Status.INVALID_ARGUMENT, () -> device.delete("../calls"));
      ModelFile fallback =
          device.getWithFallback("other", "3", TestHub.F32.getPath(), Policy.LOCAL_MODEL);
      assertEquals("bundled", fallback.getState());
      failure(
          Status.INVALID_ARGUMENT,
          () -> device.getFromUrl("https://x/y.tflite", null, null, null, Policy.LATEST_MODEL));
    }
  }

  @Test
  void whatCannotBeUsedIsTold() throws Exception {
    failure(
        Status.INVALID_ARGUMENT,
        () -> new Device(bundled().setOption("folders", "x").build()));
    failure(
        Status.INVALID_ARGUMENT,
        () -> new Device(bundled().addBundled("../x", "1", TestHub.F32).build()));
    failure(
        Status.INVALID_ARGUMENT,
        () -> new Device(bundled().setHub("http://127.0.0.1:9").build()));
    failure(Status.INVALID_ARGUMENT, () -> new Device(bundled().setChannel("a\0b").build()));
    try (Device device = new Device(bundled().build())) {
      failure(Status.NOT_FOUND, () -> device.get("faces", Policy.LATEST_MODEL));
      failure(Status.INVALID_ARGUMENT, () -> device.explain(null));
      failure(Status.INVALID_ARGUMENT, () -> device.prefetch(Arrays.asList("a", null)));
      failure(Status.INVALID_ARGUMENT, () -> device.open("a/b", Policy.LOCAL_MODEL));
      Conditions most =
          new Conditions.Builder().requireFreeBytes(Long.MAX_VALUE).requireUnmetered().build();
      assertEquals("bundled", device.get("digits", Policy.LATEST_MODEL, most).getState());
    }
  }

  @Test
  void anotherHubAnswersWhereTheFirstCannot() throws Exception {
    TestHub.push("elsewhere", "1.0.0", TestHub.F32);
    String base = TestHub.value("SAMARA_HUB") + "/v1/projects/default/tuf/";
    String nobody = "http://127.0.0.1:1/";
    File place = new File(TestHub.value("SAMARA_TEST_FOLDER"));
    SamaraOptions options =
        new SamaraOptions.Builder(TestHub.folder().toFile())
            .setOption("bus", "-")
            .addHub(nobody + "metadata", nobody + "targets", new File(place, "other.root.json"), null)
            .addHub(
                base + "metadata",
                base + "targets",
                new File(place, "1.root.json"),
                TestHub.value("SAMARA_TEST_TOKEN"))
            .build();
    try (Device device = new Device(options)) {
      assertEquals("1.0.0", device.get("elsewhere", Policy.LATEST_MODEL).getVersion());
    }
  }

  @Test
  void inferencesAndTheirWays() throws Exception {
    try (Device device = new Device(bundled().build());
        LiveModel model = device.open("digits", Policy.LOCAL_MODEL)) {
      assertEquals("7", model.getFile().getVersion());
      assertArrayEquals(new int[] {1, 32, 32, 3}, model.getInputs()[0].getShape());
      assertEquals("float32", model.getOutputs()[0].getType());
      Answer answer = model.run(Buffers.of(PICTURE));
      assertEquals(Way.CPU, answer.getWay());
      assertEquals("answered by cpu", answer.getWhy());
      assertEquals(10, answer.getFloats(0).length);
      assertTrue(answer.getOutput(0).isReadOnly());
      ByteBuffer direct = ByteBuffer.allocateDirect(4 + PICTURE.length * 4 + 8);
      direct.order(ByteOrder.nativeOrder()).position(4).limit(4 + PICTURE.length * 4);
      assertArrayEquals(answer.getFloats(0), model.run(direct).getFloats(0));
      assertEquals(PICTURE.length * 4, direct.remaining());
      failure(Status.INVALID_ARGUMENT, () -> model.run());
      failure(Status.INVALID_ARGUMENT, () -> model.run(direct, direct));
      failure(Status.INVALID_ARGUMENT, () -> model.run(Buffers.of(new byte[3])));
      failure(Status.INVALID_ARGUMENT, () -> model.then(Way.REMOTE));
      failure(Status.UNSUPPORTED, () -> model.then(Way.DELEGATE));

      List<Integer> calls = new ArrayList<>();
      model.then(Way.PREVIOUS);
      model.then(
          inputs -> {
            calls.add(inputs[0].remaining());
            if (calls.size() == 1) {
              throw new Exception("not today");
            }
            return new ByteBuffer[] {Buffers.of(1f, 2f)};
          });
      model.then(Way.BUNDLED);
      Answer first = model.run(Buffers.of(PICTURE));
      assertEquals(Way.BUNDLED, first.getWay());
      assertTrue(first.getWhy().contains("callback: "), first.getWhy());
      Answer second = model.run(Buffers.of(PICTURE));
      assertEquals(Way.CALLBACK, second.getWay());
      assertArrayEquals(new float[] {1, 2}, second.getFloats(0));
      assertNull(second.getFile());
      assertEquals(Arrays.asList(PICTURE.length * 4, PICTURE.length * 4), calls);
    }
  }

  @Test
  void anEndpointThatIsNotThereIsPassedOver() throws Exception {
    try (Device device = new Device(bundled().build());
        LiveModel model = device.open("digits", Policy.LOCAL_MODEL)) {
      model.thenRemote("http://127.0.0.1:9/infer", null, 0); // no https: never asked
      model.thenRemote("https://127.0.0.1:9/v2/models/digits/infer", "Bearer secret", 1000);
      model.then(Way.CPU);
      Answer answer = model.run(Buffers.of(PICTURE));
      assertEquals(Way.CPU, answer.getWay());
      assertTrue(answer.getWhy().contains("remote: "), answer.getWhy());
      assertFalse(answer.getWhy().contains("secret"));
    }
  }

  @Test
  void anOpenModelIsSwappedBetweenTwoInferences() throws Exception {
    TestHub.push("swap", "1.0.0", TestHub.F32);
    try (Device device = new Device(TestHub.options().build());
        LiveModel model = device.open("swap", Policy.LATEST_MODEL)) {
      String before = model.getFile().getSha256();
      CountDownLatch end = new CountDownLatch(1);
      AtomicReference<Exception> failed = new AtomicReference<>();
      Thread stream =
          new Thread(
              () -> {
                try {
                  while (end.getCount() > 0) {
                    model.run(ByteBuffer.allocate(size(model)));
                  }
                } catch (SamaraException e) {
                  // The version may have changed between the question for the size and the run.
                  failed.set(e.getStatus() == Status.INVALID_ARGUMENT ? null : e);
                }
              });
      stream.start();
      TestHub.push("swap", "2.0.0", TestHub.INT8);
      device.update("swap");
      assertNotEquals(before, model.getFile().getSha256());
      Answer second = model.run(ByteBuffer.allocate(size(model)));
      assertEquals("2.0.0", second.getFile().getVersion());
      assertEquals("int8", second.getOutputInfo(0).getType());
      assertThrows(IllegalStateException.class, () -> second.getFloats(0));
      device.rollBack("swap", "it is worse");
      assertEquals("int8", second.getOutputInfo(0).getType()); // an answer stays what it was
      Answer first = model.run(ByteBuffer.allocate(size(model)));
      assertEquals("float32", first.getOutputInfo(0).getType());
      assertArrayEquals(new int[] {1, 10}, first.getOutputInfo(0).getShape());
      end.countDown();
      stream.join();
      assertNull(failed.get());
    }
  }

  private static int size(LiveModel model) throws SamaraException {
    int out = model.getInputs()[0].getType().equals("float32") ? Float.BYTES : 1;
    for (int n : model.getInputs()[0].getShape()) {
      out *= n;
    }
    return out;
  }

  @Test
  void listenersHearInTheirThread() throws Exception {
    TestHub.push("heard", "1.0.0", TestHub.INT8);
    BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    BlockingQueue<String> threads = new LinkedBlockingQueue<>();
    BlockingQueue<Long> progress = new LinkedBlockingQueue<>();
    SamaraOptions.Builder options =
        TestHub.options()
            .setOnEvent(
                event -> {
                  threads.add(Thread.currentThread().getName());
                  events.add(event);
                  throw new IllegalStateException("of the listener"); // is its own affair
                })
            .setOnProgress(now -> progress.add(now.getBytes()));
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {});
    try (Device device = new Device(options.build())) {
      device.get("heard", Policy.LATEST_MODEL);
      Event event = events.take();
      while (!event.getNext().equals("active")) {
        assertEquals("heard", event.getModel());
        assertFalse(event.getWhy().isEmpty());
        event = events.take();
      }
      assertEquals("samara-main", threads.take());
      assertTrue(progress.take() > 0);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void aListenerMayCloseTheApp() throws Exception {
    TestHub.push("closes", "1.0.0", TestHub.INT8);
    CountDownLatch closed = new CountDownLatch(1);
    SamaraApp[] app = new SamaraApp[1];
    app[0] = SamaraApp.initialize(TestHub.options().build(), "closes");
    app[0]
        .whenReady("closes")
        .addOnSuccessListener(
            Runnable::run,
            file -> {
              app[0].close();
              closed.countDown();
            });
    closed.await();
    assertThrows(IllegalStateException.class, () -> app[0].getDevice().list());
  }

  @Test
  void theProviderOfTheStateMayNotCloseAndMayThrow() throws Exception {
    TestHub.push("asked", "1.0.0", TestHub.INT8);
    AtomicReference<Device> device = new AtomicReference<>();
    AtomicReference<Exception> refused = new AtomicReference<>();
    SamaraOptions.Builder options =
        TestHub.options()
            .setState(
                () -> {
                  try {
                    device.get().close();
                  } catch (IllegalStateException e) {
                    refused.set(e);
                  }
                  throw new IllegalArgumentException("nobody knows");
                });
    device.set(new Device(options.build()));
    Conditions wifi = new Conditions.Builder().requireWifi().build();
    failure(Status.UNAVAILABLE, () -> device.get().get("asked", Policy.LATEST_MODEL, wifi));
    assertNotNull(refused.get());
    Conditions none = new Conditions.Builder().build();
    assertEquals("1.0.0", device.get().get("asked", Policy.LATEST_MODEL, none).getVersion());
    device.get().close();
  }

  @Test
  void aListenerInTheLibrarysThreadMayNotClose() throws Exception {
    TestHub.push("inside", "1.0.0", TestHub.INT8);
    AtomicReference<Device> device = new AtomicReference<>();
    BlockingQueue<Exception> refused = new LinkedBlockingQueue<>();
    device.set(
        new Device(
            TestHub.options()
                .setCallbackExecutor(Runnable::run)
                .setOnEvent(
                    event ->
                        refused.add(
                            assertThrows(
                                IllegalStateException.class, () -> device.get().close())))
                .build()));
    device.get().prefetch(Arrays.asList("inside"));
    device.get().waitForUpdates();
    assertTrue(refused.take().getMessage().contains("library's thread"));
    assertTrue(device.get().isDownloaded("inside"));
    device.get().close();
  }

  @Test
  void closingTwiceAndUseAfterClosing() throws Exception {
    Device device = new Device(bundled().build());
    LiveModel model = device.open("digits", Policy.LOCAL_MODEL);
    LiveModel other = device.open("digits", Policy.LOCAL_MODEL);
    other.close();
    other.close();
    assertThrows(IllegalStateException.class, () -> other.run(Buffers.of(PICTURE)));
    model.run(Buffers.of(PICTURE));
    device.close();
    device.close();
    assertThrows(IllegalStateException.class, () -> model.run(Buffers.of(PICTURE)));
    assertThrows(IllegalStateException.class, () -> device.open("digits", Policy.LOCAL_MODEL));
    assertThrows(IllegalStateException.class, () -> device.isReady("digits"));
    assertThrows(IllegalStateException.class, () -> device.list());
  }

  @Test
  void closingWhileOthersRun() throws Exception {
    for (int round = 0; round < 20; ++round) {
      Device device = new Device(bundled().build());
      CountDownLatch running = new CountDownLatch(4);
      BlockingQueue<Throwable> ends = new LinkedBlockingQueue<>();
      for (int i = 0; i < 4; ++i) {
        new Thread(
                () -> {
                  try {
                    LiveModel model = device.open("digits", Policy.LOCAL_MODEL);
                    model.run(Buffers.of(PICTURE));
                    running.countDown();
                    while (true) {
                      model.run(Buffers.of(PICTURE));
                      device.get("digits", Policy.LOCAL_MODEL_UPDATE_IN_BACKGROUND);
                    }
                  } catch (Throwable e) {
                    running.countDown();
                    ends.add(e);
                  }
                })
            .start();
      }
      running.await();
      device.close();
      for (int i = 0; i < 4; ++i) {
        Throwable end = ends.take();
        assertTrue(end instanceof IllegalStateException, end::toString);
      }
    }
  }

  @Test
  void closingInTheAppsOwnAnswer() throws Exception {
    Device device = new Device(bundled().build());
    LiveModel model = device.open("digits", Policy.LOCAL_MODEL);
    model.then(
        inputs -> {
          device.close();
          return new ByteBuffer[] {Buffers.of(3f)};
        });
    assertArrayEquals(new float[] {3}, model.run(Buffers.of(PICTURE)).getFloats(0));
    assertThrows(IllegalStateException.class, () -> model.run(Buffers.of(PICTURE)));
  }

  @Test
  void whatIsWaitedForIsCancelledAtTheEnd() throws Exception {
    SamaraApp app = SamaraApp.initialize(bundled().build(), "ending");
    Task<ModelFile> never = app.whenReady("faces");
    Task<ModelFile> bundled = app.whenReady("digits");
    assertEquals("bundled", Tasks.await(bundled).getState());
    app.close();
    Throwable cause =
        assertThrows(java.util.concurrent.ExecutionException.class, () -> Tasks.await(never))
            .getCause();
    assertEquals(Status.CANCELLED, ((SamaraException) cause).getStatus());
    assertNotNull(app.whenReady("digits").getException());
  }

  @Test
  void manyCyclesLeaveNothingBehind() throws Exception {
    cycles(150);
    long before = residentBytes();
    cycles(600);
    long grown = residentBytes() - before;
    assertTrue(grown < 24 << 20, "600 cycles took " + grown + " bytes");
  }

  private static void cycles(int count) throws Exception {
    Path folder = TestHub.folder();
    for (int i = 0; i < count; ++i) {
      SamaraOptions.Builder options =
          new SamaraOptions.Builder(folder.toFile())
              .setOption("bus", "-")
              .setState(() -> new DeviceState().charging(true))
              .setOnEvent(event -> {})
              .addBundled("digits", "1", TestHub.F32);
      try (Device device = new Device(options.build())) {
        LiveModel model = device.open("digits", Policy.LOCAL_MODEL);
        model.then(inputs -> new ByteBuffer[] {ByteBuffer.allocate(1 << 16)});
        for (int n = 0; n < 20; ++n) {
          model.run(Buffers.of(PICTURE));
          model.getInputs();
          device.explain("digits");
          device.list();
          assertThrows(SamaraException.class, () -> device.latestFile("faces"));
        }
        device.get("digits", Policy.LOCAL_MODEL_UPDATE_IN_BACKGROUND);
        if (i % 2 == 0) {
          model.close();
        }
      }
    }
  }

  private static long residentBytes() throws Exception {
    String statm = new String(Files.readAllBytes(Paths.get("/proc/self/statm")));
    System.gc();
    return Long.parseLong(statm.split(" ")[1]) * 4096;
  }
}
