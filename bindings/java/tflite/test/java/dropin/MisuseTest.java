package dropin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.FileOutputStream;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.lite.Delegate;
import org.tensorflow.lite.Interpreter;
import org.tensorflow.lite.Tensor;

/** What programs get wrong, and files that mean harm: exceptions, never the end of the process. */
class MisuseTest {
  private static final String ADD = "features/add.bin";

  @TempDir File folder;

  private static String refusal(Class<? extends Exception> type, Runnable what) {
    return assertThrows(type, what::run).getMessage();
  }

  private static String illegal(Runnable what) {
    return refusal(IllegalArgumentException.class, what);
  }

  @Test
  void saysWhyAFileIsNoModel() throws Exception {
    assertTrue(illegal(() -> new Interpreter(new File("/no/such"))).contains("Could not open"));
    File text = new File(folder, "text.tflite");
    Files.write(text.toPath(), "this is no model, whatever it is called".getBytes());
    String said = illegal(() -> new Interpreter(text));
    assertTrue(said.contains("does not encode a valid TensorFlow Lite model"), said);
    assertTrue(said.contains("The model is not a valid Flatbuffer"), said);
    ByteBuffer buffer = Models.direct(text);
    assertTrue(
        illegal(() -> new Interpreter(buffer))
            .contains("ByteBuffer is not a valid TensorFlow Lite model flatbuffer"));
    assertThrows(IllegalArgumentException.class, () -> new Interpreter(ByteBuffer.allocateDirect(0)));
  }

  @Test
  void outlivesBrokenModels() {
    File[] broken = Models.file("broken").listFiles();
    assertTrue(broken.length > 5);
    for (File file : broken) {
      try (Interpreter it = new Interpreter(file)) {
        Map<Integer, Object> none = new HashMap<>();
        Object[] inputs = new Object[it.getInputTensorCount()];
        for (int i = 0; i < inputs.length; ++i)
          inputs[i] = ByteBuffer.allocateDirect(it.getInputTensor(i).numBytes());
        it.runForMultipleInputsOutputs(inputs, none);
      } catch (IllegalArgumentException | IllegalStateException e) {
        assertTrue(e.getMessage().length() > 20, e.getMessage());
      }
    }
  }

  @Test
  void outlivesModelsWithWrongBytes() throws Exception {
    byte[] good = Files.readAllBytes(Models.digits("digits_int8.tflite").toPath());
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 300; ++i) {
      byte[] bad = good.clone();
      for (int k = 0; k < 8; ++k) bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      ByteBuffer buffer = ByteBuffer.allocateDirect(bad.length).order(ByteOrder.nativeOrder());
      buffer.put(bad);
      try (Interpreter it = new Interpreter(buffer)) {
        ByteBuffer out = ByteBuffer.allocateDirect(it.getOutputTensor(0).numBytes());
        it.run(ByteBuffer.allocateDirect(it.getInputTensor(0).numBytes()), out);
      } catch (IllegalArgumentException | IllegalStateException e) {
        ++refused;
      }
    }
    assertTrue(refused > 0 && refused < 300, refused + " of 300 are refused");
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Interpreter it = new Interpreter(Models.file(ADD))) {
      assertTrue(
          illegal(() -> it.run(new int[3], new float[3])).contains("Cannot convert between"));
      assertTrue(
          illegal(() -> it.run(new float[3], new float[4])).contains("Cannot copy from a Tensor"));
      assertTrue(
          illegal(() -> it.run(ByteBuffer.allocateDirect(4), new float[3]))
              .contains("Cannot copy to a TensorFlowLite tensor (input) with 12 bytes"));
      assertTrue(illegal(() -> it.run(null, new float[3])).length() > 0);
      assertTrue(illegal(() -> it.run(new float[0], new float[3])).contains("Array lengths"));
      assertThrows(
          NullPointerException.class, () -> it.run(new float[][] {{1}, null}, new float[2][1]));
      assertTrue(illegal(() -> it.getInputTensor(1)).contains("Invalid input Tensor index: 1"));
      assertTrue(
          illegal(() -> it.resizeInput(0, new int[] {-1, 2})).contains("dimension 0 would be -1")
              || illegal(() -> it.resizeInput(0, new int[] {-1, 2})).contains("cannot have shape"));
      assertTrue(illegal(() -> it.resizeInput(4, new int[] {1})).contains("Can not resize 4-th"));
      assertTrue(
          illegal(() -> it.resizeInput(0, new int[] {1 << 30, 1 << 30, 1 << 30}))
              .contains("Failed to resize 0-th input"));
    }
    Interpreter.Options many = new Interpreter.Options().setNumThreads(1 << 30);
    assertTrue(
        illegal(() -> new Interpreter(Models.file(ADD), many)).contains("threads must be 1 to"));
    Interpreter.Options few = new Interpreter.Options().setNumThreads(-2);
    assertTrue(illegal(() -> new Interpreter(Models.file(ADD), few)).contains("num_threads"));
  }

  @Test
  void refusesAShapeThatTheModelCannotHave() {
    try (Interpreter it = new Interpreter(Models.digits("digits_f32.tflite"))) {
      it.resizeInput(0, new int[] {1, 3});
      String said = refusal(IllegalStateException.class, it::allocateTensors);
      assertTrue(said.contains("Unexpected failure when preparing tensor allocations"), said);
      int[] good = {1, 28, 28, 1};
      try (Interpreter fresh = new Interpreter(Models.digits("digits_f32.tflite"))) {
        good = fresh.getInputTensor(0).shape();
      }
      it.resizeInput(0, good);
      it.run(ByteBuffer.allocateDirect(it.getInputTensor(0).numBytes()), new float[1][10]);
    }
  }

  @Test
  void isClosedForGood() {
    Interpreter it = new Interpreter(Models.file(ADD));
    Tensor input = it.getInputTensor(0), output = it.getOutputTensor(0);
    it.close();
    it.close();
    assertTrue(
        refusal(IllegalStateException.class, () -> it.run(new float[1], new float[1]))
            .contains("has already been closed"));
    assertTrue(illegal(input::numBytes).contains("Invalid handle"));
    assertTrue(illegal(output::asReadOnlyBuffer).contains("Invalid handle"));
  }

  @Test
  void keepsTensorsOfSignaturesFromOutlivingIt() {
    Interpreter it = new Interpreter(Models.file("features/multi_signature_def.bin"));
    String last = it.getSignatureKeys()[it.getSignatureKeys().length - 1];
    Tensor input = it.getInputTensorFromSignature(it.getSignatureInputs(last)[0], last);
    assertTrue(input.numBytes() > 0);
    it.close();
    assertTrue(illegal(input::numBytes).contains("Invalid handle"));
    assertTrue(illegal(input::asReadOnlyBuffer).contains("Invalid handle"));
  }

  @Test
  void findsOutHandlesThatAreNone() throws Exception {
    Method create =
        Class.forName("org.tensorflow.lite.TensorImpl")
            .getDeclaredMethod("create", long.class, int.class, int.class);
    create.setAccessible(true);
    for (long handle : new long[] {0, -1, 1L << 40, 0x7fff12345678L})
      assertThrows(Exception.class, () -> create.invoke(null, handle, 0, 0));
    Delegate stranger = () -> 1_000_001; // of this library, it seems, but there is none
    Interpreter.Options options = new Interpreter.Options().addDelegate(stranger);
    assertTrue(
        illegal(() -> new Interpreter(Models.file(ADD), options))
            .contains("Failed to apply delegate"));
    Delegate none = () -> 0;
    Interpreter.Options nothing = new Interpreter.Options().addDelegate(none);
    assertTrue(
        illegal(() -> new Interpreter(Models.file(ADD), nothing)).contains("Found invalid handle"));
  }

  @Test
  void saysWhichOperatorsNobodyHas() {
    String said =
        refusal(
            IllegalStateException.class,
            () -> new Interpreter(Models.file("features/multi_add_flex.bin")));
    assertTrue(said.contains("Encountered unresolved custom op: Flex"), said);
  }

  @Test
  void letsTwoThreadsWaitForOneAnother() throws Exception {
    try (Interpreter it = new Interpreter(Models.file(ADD))) {
      it.resizeInput(0, new int[] {1000});
      it.allocateTensors();
      AtomicReference<Throwable> wrong = new AtomicReference<>();
      Thread[] threads = new Thread[4];
      for (int t = 0; t < threads.length; ++t) {
        threads[t] =
            new Thread(
                () -> {
                  ByteBuffer in = ByteBuffer.allocateDirect(4000).order(ByteOrder.nativeOrder());
                  ByteBuffer out = ByteBuffer.allocateDirect(4000).order(ByteOrder.nativeOrder());
                  for (int i = 0; i < 200; ++i) {
                    try {
                      it.run(in.duplicate().order(ByteOrder.nativeOrder()), out.duplicate());
                    } catch (Throwable e) {
                      wrong.set(e);
                    }
                  }
                });
        threads[t].start();
      }
      for (Thread thread : threads) thread.join();
      assertEquals(null, wrong.get());
    }
  }

  @Test
  void isClosedWhileItRuns() throws Exception {
    for (int i = 0; i < 20; ++i) {
      Interpreter it = new Interpreter(Models.digits("digits_f32.tflite"));
      ByteBuffer in = ByteBuffer.allocateDirect(it.getInputTensor(0).numBytes());
      in.order(ByteOrder.nativeOrder()); // others are copied by Java itself, behind the library
      Thread runner =
          new Thread(
              () -> {
                try {
                  while (true) it.run(in.duplicate().order(in.order()), new float[1][10]);
                } catch (RuntimeException e) {
                  // closed: by which of the checks depends on where it was
                }
              });
      runner.start();
      Thread.sleep(3);
      it.close();
      runner.join(20_000);
      assertTrue(!runner.isAlive());
    }
  }

  @Test
  void doesNotLeakWhatItRefuses() throws Exception {
    File file = new File(folder, "large.tflite");
    byte[] flex = Files.readAllBytes(Models.file("features/multi_add_flex.bin").toPath());
    try (FileOutputStream out = new FileOutputStream(file)) {
      out.write(flex);
      out.write(new byte[8 << 20]);
    }
    long before = resident();
    for (int i = 0; i < 60; ++i)
      assertThrows(IllegalStateException.class, () -> new Interpreter(file));
    assertTrue(resident() - before < 100_000, "kB more: " + (resident() - before));
  }

  private static long resident() throws Exception {
    for (String line : Files.readAllLines(new File("/proc/self/status").toPath()))
      if (line.startsWith("VmRSS")) return Long.parseLong(line.replaceAll("\\D", ""));
    return 0;
  }
}
