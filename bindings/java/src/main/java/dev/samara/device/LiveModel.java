package dev.samara.device;

import java.nio.ByteBuffer;

/**
 * An open model: runs what is here, and what is newer from the inference after it came. All calls
 * may be made from any thread; those that name ways, one at a time and
 * before the first {@link #run}.
 */
public final class LiveModel implements AutoCloseable {
  /**
   * The app's own answer where the model cannot: gets the inputs, returns the outputs. If it
   * throws, the next way is gone.
   */
  public interface Fallback {
    ByteBuffer[] answer(ByteBuffer[] inputs) throws Exception;
  }

  private final Handle handle;

  LiveModel(Handle handle) {
    this.handle = handle;
  }

  /** The version that the next inference runs on. */
  public ModelFile getFile() throws SamaraException {
    return handle.call(Native::file);
  }

  /** The inputs of the version in use. */
  public TensorInfo[] getInputs() throws SamaraException {
    return handle.call(model -> Native.tensors(model, false));
  }

  /** The outputs of the version in use. */
  public TensorInfo[] getOutputs() throws SamaraException {
    return handle.call(model -> Native.tensors(model, true));
  }

  /** Adds a way for inferences to go: CPU, PREVIOUS or BUNDLED. */
  public LiveModel then(Way way) throws SamaraException {
    handle.run(model -> Native.then(model, way.ordinal()));
    return this;
  }

  /** Adds the app's own answer, which is called from the thread that runs. */
  public LiveModel then(Fallback function) throws SamaraException {
    handle.run(model -> Native.thenCallback(model, function));
    return this;
  }

  /**
   * Adds an https endpoint of the Open Inference Protocol (.../v2/models/NAME/infer). {@code
   * authorization} is that header's value; {@code mostMs} 0 is ten seconds.
   */
  public LiveModel thenRemote(String url, @Nullable String authorization, long mostMs)
      throws SamaraException {
    handle.run(
        model ->
            Native.thenRemote(model, Native.bytes(url), Native.bytes(authorization), mostMs));
    return this;
  }

  /**
   * One inference over the bytes between each input's position and limit, in the machine's order.
   *
   * @throws SamaraException INVALID_ARGUMENT: the number or size of inputs; and those of the ways
   */
  public Answer run(ByteBuffer... inputs) throws SamaraException {
    Object[] given = new Object[inputs.length];
    for (int i = 0; i < given.length; ++i) {
      given[i] = Buffers.forNative(inputs[i]);
    }
    return handle.call(model -> Native.run(model, given));
  }

  /** Lets the model go, once inferences under way are over; a second time does nothing. */
  @Override
  public void close() {
    handle.close();
  }
}
