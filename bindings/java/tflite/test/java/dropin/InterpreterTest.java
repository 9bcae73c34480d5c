package dropin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.lite.DataType;
import org.tensorflow.lite.Interpreter;
import org.tensorflow.lite.InterpreterApi;
import org.tensorflow.lite.Tensor;
import org.tensorflow.lite.TensorFlowLite;

/** The published classes over Samara: loading, running, shapes, types, signatures, strings. */
class InterpreterTest {
  private static final String ADD = "features/add.bin"; // y = (x + x) + x of [1, 8, 8, 3]

  static float[][][][] filled(int n, float value) {
    float[][][][] out = new float[n][8][8][3];
    for (float[][][] a : out) for (float[][] b : a) for (float[] c : b) Arrays.fill(c, value);
    return out;
  }

  private static void triples(Interpreter interpreter) {
    float[][][][] out = new float[1][8][8][3];
    interpreter.run(filled(1, 2), out);
    assertEquals(6, out[0][7][7][2]);
  }

  @Test
  void loadsFromFileAndBuffers() throws Exception {
    try (Interpreter interpreter = new Interpreter(Models.file(ADD))) {
      triples(interpreter);
    }
    try (Interpreter interpreter = new Interpreter(Models.direct(Models.file(ADD)))) {
      triples(interpreter);
    }
    try (Interpreter interpreter = new Interpreter(Models.mapped(Models.file(ADD)))) {
      triples(interpreter);
    }
    ByteBuffer heap = ByteBuffer.allocate(100);
    assertThrows(IllegalArgumentException.class, () -> new Interpreter(heap));
  }

  @Test
  void describesItself() throws Exception {
    assertEquals("3", TensorFlowLite.schemaVersion());
    assertTrue(TensorFlowLite.runtimeVersion().matches("2\\.\\d+\\.\\d+"));
    try (InterpreterApi it = InterpreterApi.create(Models.file(ADD), null)) {
      assertEquals(1, it.getInputTensorCount());
      assertEquals(0, it.getInputIndex("input"));
      Tensor input = it.getInputTensor(0);
      assertEquals("input", input.name());
      assertEquals(DataType.FLOAT32, input.dataType());
      assertArrayEquals(new int[] {1, 8, 8, 3}, input.shape());
      assertEquals(768, input.numBytes());
      assertEquals(0, input.quantizationParams().getScale());
      assertNull(it.getLastNativeInferenceDurationNanoseconds());
    }
  }

  @Test
  void takesArraysOfAnotherRank() {
    try (Interpreter it = new Interpreter(Models.file(ADD))) {
      float[] out = new float[3];
      it.run(new float[] {1, 2, 3}, out);
      assertArrayEquals(new float[] {3, 6, 9}, out);
      FloatBuffer scalar = FloatBuffer.allocate(1);
      it.run(1.5f, scalar);
      assertEquals(4.5f, scalar.get(0));
      assertNotNull(it.getLastNativeInferenceDurationNanoseconds());
    }
  }

  @Test
  void takesBuffersOfEitherKind() {
    try (Interpreter it = new Interpreter(Models.file(ADD))) {
      it.resizeInput(0, new int[] {2});
      ByteBuffer out = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
      it.run(Models.floats(1, 2), out);
      assertEquals(6, out.getFloat(4));
      FloatBuffer heap = FloatBuffer.wrap(new float[] {3, 4}), got = FloatBuffer.allocate(2);
      it.run(heap, got);
      assertEquals(12, got.get(1));
      assertEquals(12, it.getOutputTensor(0).asReadOnlyBuffer().getFloat(4));
    }
  }

  @Test
  void reshapesStrictlyWhereAsked() {
    try (Interpreter it = new Interpreter(Models.file("features/add_unknown_dimensions.bin"))) {
      assertArrayEquals(new int[] {1, -1, 3, 3}, it.getInputTensor(0).shapeSignature());
      it.resizeInput(0, new int[] {1, 4, 3, 3}, true);
      it.allocateTensors();
      assertArrayEquals(new int[] {1, 4, 3, 3}, it.getOutputTensor(0).shape());
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> it.resizeInput(0, new int[] {1, 4, 5, 3}, true));
      assertTrue(e.getMessage().contains("only allows mutating unknown dimensions"));
    }
  }

  @Test
  void takesManyInputsAndGivesManyOutputs() {
    try (Interpreter it = new Interpreter(Models.file("features/multi_add.bin"))) {
      it.resizeInput(0, new int[] {1});
      for (int i = 1; i < 4; ++i) it.resizeInput(i, new int[] {1});
      Map<Integer, Object> outputs = new HashMap<>();
      float[] first = new float[1], second = new float[1];
      outputs.put(0, first);
      outputs.put(1, second);
      float[][] in = {{1}, {10}, {100}, {1000}};
      it.runForMultipleInputsOutputs(in, outputs);
      assertEquals(111, first[0]);
      assertEquals(1110, second[0]);
    }
  }

  @Test
  void runsEachSignature() {
    try (Interpreter it = new Interpreter(Models.file("features/multi_signature_def.bin"))) {
      assertTrue(it.getSignatureKeys().length > 1);
      for (String key : it.getSignatureKeys()) {
        assertTrue(it.getSignatureInputs(key).length > 0);
        Map<String, Object> inputs = new HashMap<>(), outputs = new HashMap<>();
        for (String name : it.getSignatureInputs(key))
          inputs.put(name, new float[] {it.getInputTensorFromSignature(name, key).numBytes()});
        for (String name : it.getSignatureOutputs(key)) outputs.put(name, new float[1]);
        it.runSignature(inputs, outputs, key);
      }
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> it.getSignatureInputs("no such signature"));
      assertTrue(e.getMessage().contains("Signature no such signature not found"));
    }
  }

  @Test
  void carriesStringsOfEveryKind() {
    try (Interpreter it = new Interpreter(Models.file("features/string.bin"))) {
      assertEquals(DataType.STRING, it.getInputTensor(0).dataType());
      String[] row = {"", "gr\u00fc\u00df dich", "\ud83d\ude00", "a\0b", "\ud800 alone"};
      String[][][][] in = new String[2][4][4][];
      for (String[][][] a : in) for (String[][] b : a) Arrays.fill(b, Arrays.copyOf(row, 12));
      for (String[][][] a : in)
        for (String[][] b : a)
          for (String[] c : b) for (int i = row.length; i < 12; ++i) c[i] = "s" + i;
      it.resizeInput(0, new int[] {2, 4, 4, 12});
      it.allocateTensors();
      int[] shape = it.getOutputTensor(0).shape();
      String[][][][] out = new String[shape[0]][shape[1]][shape[2]][shape[3]];
      it.run(in, out);
      assertEquals("", out[0][0][0][0]);
      assertEquals(row[1], out[0][0][0][1]);
      assertEquals(row[2], out[0][0][0][2]);
      assertEquals("a\0b", out[0][0][0][3]);
      assertEquals("\ufffd alone", out[0][0][0][4]);
      assertEquals("s11", out[1][3][3][11]);
    }
  }

  @Test
  void tellsHowItIsQuantized() {
    try (Interpreter it = new Interpreter(Models.digits("digits_int8.tflite"))) {
      Tensor output = it.getOutputTensor(0);
      assertEquals(DataType.INT8, output.dataType());
      assertEquals(1 / 256f, output.quantizationParams().getScale());
      assertEquals(-128, output.quantizationParams().getZeroPoint());
      byte[][] scores = new byte[1][10];
      it.run(ByteBuffer.allocateDirect(it.getInputTensor(0).numBytes()), scores);
      int sum = 0;
      for (byte score : scores[0]) sum += score + 128;
      assertTrue(Math.abs(sum - 256) <= 5, "a softmax sums up to one, not " + sum);
    }
  }

  @Test
  void computesTheSameWithAndWithoutXnnpack() {
    float[][] scores = new float[2][];
    for (int with = 0; with < 2; ++with) {
      Interpreter.Options options = new Interpreter.Options().setUseXNNPACK(with == 1);
      try (Interpreter it =
          new Interpreter(Models.digits("digits_f32.tflite"), options.setNumThreads(2))) {
        ByteBuffer in = ByteBuffer.allocateDirect(it.getInputTensor(0).numBytes());
        in.order(ByteOrder.nativeOrder());
        for (int i = 0; i < in.capacity(); i += 4) in.putFloat(i, (i % 7) / 7f);
        float[][] out = new float[1][10];
        it.run(in, out);
        scores[with] = out[0];
      }
    }
    assertArrayEquals(scores[0], scores[1], 1e-5f);
  }

  @Test
  void isCancelled() {
    Interpreter.Options options = new Interpreter.Options().setCancellable(true);
    try (Interpreter it = new Interpreter(Models.file(ADD), options)) {
      it.setCancelled(true);
      Exception e = assertThrows(IllegalArgumentException.class, () -> triples(it));
      assertTrue(e.getMessage().contains("Client requested cancel during Invoke()"));
      it.setCancelled(false);
      triples(it);
    }
    try (Interpreter it = new Interpreter(Models.file(ADD))) {
      assertThrows(IllegalStateException.class, () -> it.setCancelled(true));
    }
  }

  @Test
  void resetsVariables() {
    try (Interpreter it = new Interpreter(Models.file("features/lstm.bin"))) {
      it.resetVariableTensors();
    }
  }
}
