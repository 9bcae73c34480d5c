package dropin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.tensorflow.lite.Delegate;
import org.tensorflow.lite.Interpreter;
import org.tensorflow.lite.gpu.CompatibilityList;
import org.tensorflow.lite.gpu.GpuDelegate;
import org.tensorflow.lite.gpu.GpuDelegateFactory;
import org.tensorflow.lite.nnapi.NnApiDelegate;

/** The delegates that programs for phones name: they are taken, and the CPU computes. */
class DelegatesTest {
  private static void runsWith(Interpreter.Options options) {
    try (Interpreter it = new Interpreter(Models.file("features/add.bin"), options)) {
      float[] out = new float[1];
      it.run(new float[] {4}, out);
      assertEquals(12, out[0]);
    }
  }

  @Test
  void takesTheGpusOptions() {
    try (CompatibilityList known = new CompatibilityList()) {
      assertFalse(known.isDelegateSupportedOnThisDevice());
    }
    GpuDelegateFactory.Options options =
        new GpuDelegateFactory.Options()
            .setPrecisionLossAllowed(false)
            .setQuantizedModelsAllowed(false)
            .setInferencePreference(
                GpuDelegateFactory.Options.INFERENCE_PREFERENCE_SUSTAINED_SPEED)
            .setSerializationParams("/nowhere", "token")
            .setForceBackend(GpuDelegateFactory.Options.GpuBackend.OPENCL);
    try (GpuDelegate delegate = new GpuDelegate(options)) {
      runsWith(new Interpreter.Options().addDelegate(delegate));
      runsWith(new Interpreter.Options().addDelegate(delegate).setNumThreads(2));
    }
    runsWith(new Interpreter.Options().addDelegateFactory(new GpuDelegateFactory()));
  }

  @Test
  void takesNnapisOptions() {
    NnApiDelegate.Options options =
        new NnApiDelegate.Options()
            .setExecutionPreference(
                NnApiDelegate.Options.EXECUTION_PREFERENCE_FAST_SINGLE_ANSWER)
            .setAcceleratorName("none")
            .setAllowFp16(true)
            .setCacheDir("/nowhere")
            .setModelToken("token")
            .setUseNnapiCpu(true)
            .setMaxNumberOfDelegatedPartitions(3);
    try (NnApiDelegate delegate = new NnApiDelegate(options)) {
      runsWith(new Interpreter.Options().addDelegate(delegate));
      assertFalse(delegate.hasErrors());
      assertEquals(0, delegate.getNnapiErrno());
    }
    runsWith(new Interpreter.Options().setUseNNAPI(true));
  }

  @Test
  @SuppressWarnings("deprecation") // programs go on calling it
  void takesWhatItHasNoUseFor() {
    runsWith(
        new Interpreter.Options()
            .setAllowFp16PrecisionForFp32(true)
            .setAllowBufferHandleOutput(true));
  }

  @Test
  void refusesADelegateThatIsClosed() {
    GpuDelegate delegate = new GpuDelegate();
    long handle = delegate.getNativeHandle();
    delegate.close();
    Delegate copy = () -> handle;
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> runsWith(new Interpreter.Options().addDelegate(copy)));
    assertTrue(e.getMessage().contains("Failed to apply delegate"));
  }
}
