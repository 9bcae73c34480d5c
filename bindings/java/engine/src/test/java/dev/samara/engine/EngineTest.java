package dev.samara.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Models and sessions, and what programs get wrong with them. */
class EngineTest {
  private static final File F32 = digits("digits_f32.tflite");
  private static final File INT8 = digits("digits_int8.tflite");

  private static File digits(String name) {
    return new File(System.getProperty("samara.digits"), name);
  }

  private static File feature(String name) {
    File file = new File(System.getProperty("samara.data"), "features/" + name);
    Assumptions.assumeTrue(file.exists(), "no " + name);
    return file;
  }

  private static Tensor zeros(Session session) {
    TensorInfo info = session.inputs().get(0);
    int[] shape = info.shape();
    int count = 1;
    for (int i = 0; i < shape.length; ++i) count *= shape[i] = Math.abs(shape[i]);
    ByteBuffer bytes = ByteBuffer.allocate(count * info.type().bytes());
    return Tensor.of(info.type(), bytes.order(ByteOrder.nativeOrder()), shape);
  }

  private static EngineException refusal(Runnable what) {
    return assertThrows(EngineException.class, what::run);
  }

  @Test
  void runsAModel() throws Exception {
    float[][] scores = new float[2][];
    for (int i = 0; i < 2; ++i) {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(F32.toPath()));
      try (Model model = i == 0 ? Model.load(F32) : Model.load(bytes, Numerics.REFERENCE);
          Session session = model.session(new SessionOptions().threads(1 + i))) {
        assertEquals(1, model.signatures().size());
        scores[i] = session.run(zeros(session)).get(0).floats();
      }
    }
    float sum = 0;
    for (float score : scores[0]) sum += score;
    assertEquals(1, sum, 1e-5);
    assertArrayEquals(scores[0], scores[1], 1e-5f);
  }

  @Test
  void tellsWhatItTakes() {
    try (Model model = Model.load(INT8);
        Session session = model.session()) {
      TensorInfo out = session.outputs().get(0);
      assertEquals(Type.INT8, out.type());
      assertEquals(1 / 256f, out.scale());
      assertEquals(-128, out.zeroPoint());
      assertTrue(out.toString().contains("INT8 ["));
      Map<String, Tensor> in =
          Collections.singletonMap(session.inputs().get(0).name(), zeros(session));
      Tensor scores = session.run(in).get(out.name());
      assertEquals(10, scores.bytes().length);
      assertThrows(IllegalStateException.class, scores::floats);
    }
  }

  @Test
  void takesOtherShapesWhereTheyAreOpen() {
    try (Model model = Model.load(feature("add_unknown_dimensions.bin"));
        Session session = model.session()) {
      float[] values = new float[18];
      Arrays.fill(values, 2);
      List<Tensor> out = session.run(Tensor.of(values, 1, 2, 3, 3));
      assertArrayEquals(new int[] {1, 2, 3, 3}, out.get(0).shape());
      assertEquals(out.get(0).floats()[0], out.get(0).floats()[17]);
      EngineException e = refusal(() -> session.run(Tensor.of(values, 1, 1, 6, 3)));
      assertEquals(EngineException.Code.INVALID_ARGUMENT, e.getCode());
      assertTrue(e.getMessage().contains("dimension 2 is fixed at 3"), e.getMessage());
    }
  }

  @Test
  void carriesTexts() {
    try (Model model = Model.load(feature("string.bin"));
        Session session = model.session()) {
      int[] shape = session.inputs().get(0).shape();
      int count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      String[] texts = new String[count];
      Arrays.fill(texts, "gr\u00fc\u00df \ud83d\ude00\0");
      Tensor out = session.run(Tensor.of(texts, shape)).get(0);
      assertArrayEquals(texts, out.strings());
      assertThrows(IllegalStateException.class, out::bytes);
    }
  }

  @Test
  void saysWhatIsWrongWhere() {
    assertEquals(
        EngineException.Code.NOT_FOUND, refusal(() -> Model.load(new File("/no"))).getCode());
    EngineException none = refusal(() -> Model.load(ByteBuffer.allocate(100)));
    assertEquals(EngineException.Code.INVALID_MODEL, none.getCode());
    try (Model model = Model.load(F32);
        Session session = model.session()) {
      assertTrue(refusal(session::run).getMessage().contains("takes 1 inputs, not 0"));
      Tensor wrong = Tensor.of(new int[] {1});
      assertTrue(refusal(() -> session.run(wrong)).getMessage().contains("takes FLOAT32"));
      assertTrue(
          refusal(() -> session.run(Collections.singletonMap("x y", wrong)))
              .getMessage()
              .contains("there is no input 'x y'; there are ["));
      assertTrue(
          refusal(() -> session.run(Collections.emptyMap())).getMessage().contains("is missing"));
      assertEquals(
          EngineException.Code.NOT_FOUND,
          refusal(() -> model.session(new SessionOptions().signature("no"))).getCode());
      assertEquals(
          EngineException.Code.INVALID_ARGUMENT,
          refusal(() -> model.session(new SessionOptions().threads(0))).getCode());
    }
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(new float[3], 2, 2));
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(new float[4], -2, -2));
    assertThrows(
        IllegalArgumentException.class, () -> Tensor.of(Type.INT32, ByteBuffer.allocate(3)));
  }

  @Test
  void outlivesHostileModels() throws Exception {
    byte[] good = Files.readAllBytes(INT8.toPath());
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 200; ++i) {
      byte[] bad = good.clone();
      for (int k = 0; k < 8; ++k) bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      try (Model model = Model.load(ByteBuffer.wrap(bad));
          Session session = model.session()) {
        session.run(zeros(session));
      } catch (EngineException e) {
        ++refused;
      }
    }
    assertTrue(refused > 0 && refused < 200, refused + " of 200");
  }

  @Test
  void isCancelled() {
    try (Model model = Model.load(F32);
        Session session = model.session();
        Cancellation stop = new Cancellation()) {
      assertEquals(1, session.run(stop, 0, zeros(session)).size());
      stop.cancel();
      EngineException e = refusal(() -> session.run(stop, 0, zeros(session)));
      assertEquals(EngineException.Code.CANCELLED, e.getCode());
      assertEquals(1, session.run(zeros(session)).size());
    }
  }

  @Test
  void isClosedForGood() {
    Model model = Model.load(F32);
    Session session = model.session();
    model.close();
    model.close();
    assertEquals(1, session.run(zeros(session)).size(), "sessions outlive their model");
    assertThrows(IllegalStateException.class, model::session);
    Tensor in = zeros(session);
    session.close();
    session.close();
    assertThrows(IllegalStateException.class, () -> session.run(in));
    assertThrows(IllegalStateException.class, session::reset);
    assertThrows(IllegalArgumentException.class, () -> Native.signatures(1L << 40));
    assertThrows(IllegalArgumentException.class, () -> Native.run(-1, 0, 0));
  }

  @Test
  void isUsedAndClosedByManyThreads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Model model = Model.load(F32)) {
      for (int i = 0; i < 20; ++i) {
        Session session = model.session();
        Tensor in = zeros(session);
        for (int k = 0; k < 4; ++k)
          threads.execute(
              () -> {
                try {
                  while (true) session.run(in);
                } catch (IllegalStateException | IllegalArgumentException closed) {
                  // as it is to be
                }
              });
        Thread.sleep(2);
        session.close();
      }
    }
    threads.shutdown();
    assertTrue(threads.awaitTermination(20, java.util.concurrent.TimeUnit.SECONDS));
  }

  @Test
  void runsLater() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Model model = Model.load(F32);
        Session session = model.session()) {
      assertEquals(10, session.runAsync(thread, zeros(session)).get().get(0).floats().length);
      assertTrue(session.runAsync(thread).handle((out, e) -> e != null).get());
    }
    thread.shutdown();
  }
}
