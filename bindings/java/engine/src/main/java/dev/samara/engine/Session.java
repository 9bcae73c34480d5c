package dev.samara.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Shapes, memory and state of one user of a model. Calls of several threads wait for one another. */
public final class Session extends Handle {
  private final List<TensorInfo> inputs;
  private final List<TensorInfo> outputs;

  Session(long handle) {
    super(handle);
    inputs = infos(false);
    outputs = infos(true);
  }

  private List<TensorInfo> infos(boolean outputs) {
    Object[] found = Native.tensors(handle(), outputs);
    List<TensorInfo> out = new ArrayList<>();
    for (int i = 0; i < found.length; i += 3)
      out.add(
          new TensorInfo((String) found[i], (int[]) found[i + 1], (float[]) found[i + 2]));
    return Collections.unmodifiableList(out);
  }

  public List<TensorInfo> inputs() {
    return inputs;
  }

  public List<TensorInfo> outputs() {
    return outputs;
  }

  /** One inference of inputs in the model's order, whose shapes the model takes on. */
  public List<Tensor> run(Tensor... inputs) {
    return run(null, 0, inputs);
  }

  /** With its limits: a cancellation or null; milliseconds, 0 is none. */
  public synchronized List<Tensor> run(
      Cancellation cancellation, long deadlineMs, Tensor... inputs) {
    if (inputs.length != this.inputs.size())
      throw invalid("the model takes " + this.inputs.size() + " inputs, not " + inputs.length);
    long session = handle();
    for (int i = 0; i < inputs.length; ++i) resize(session, i, inputs[i]);
    for (int i = 0; i < inputs.length; ++i) set(session, i, inputs[i]);
    Native.run(session, deadlineMs, cancellation == null ? 0 : cancellation.handle());
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < outputs.size(); ++i) out.add(output(session, i));
    return out;
  }

  /** By names, all of them. */
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    Tensor[] inOrder = new Tensor[this.inputs.size()];
    for (Map.Entry<String, Tensor> entry : inputs.entrySet())
      inOrder[index(this.inputs, entry.getKey())] = entry.getValue();
    for (int i = 0; i < inOrder.length; ++i)
      if (inOrder[i] == null) throw invalid("input '" + this.inputs.get(i).name() + "' is missing");
    List<Tensor> found = run(inOrder);
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (int i = 0; i < found.size(); ++i) out.put(outputs.get(i).name(), found.get(i));
    return out;
  }

  /** In a thread of the executor's. */
  public CompletableFuture<List<Tensor>> runAsync(Executor executor, Tensor... inputs) {
    return CompletableFuture.supplyAsync(() -> run(inputs), executor);
  }

  /** Variables, the state of an LSTM say, back to their first values. */
  public void reset() {
    Native.reset(handle());
  }

  private void resize(long session, int i, Tensor tensor) {
    TensorInfo info = inputs.get(i);
    if (tensor.type() != info.type())
      throw invalid(
          "input '" + info.name() + "' takes " + info.type() + ", is given " + tensor.type());
    Native.resize(session, i, tensor.shape());
  }

  private static void set(long session, int i, Tensor tensor) {
    if (tensor.type() == Type.STRING) Native.setStrings(session, i, tensor.rawTexts());
    else Native.set(session, i, tensor.raw());
  }

  private Tensor output(long session, int i) {
    int[] shape = Native.shape(session, true, i);
    Type type = outputs.get(i).type();
    return type == Type.STRING
        ? Tensor.ofNative(shape, Native.strings(session, i))
        : Tensor.ofNative(type, shape, Native.output(session, i));
  }

  private static int index(List<TensorInfo> list, String name) {
    List<String> names = new ArrayList<>();
    for (TensorInfo info : list) {
      if (info.name().equals(name)) return names.size();
      names.add(info.name());
    }
    throw invalid("there is no input '" + name + "'; there are " + names);
  }

  private static EngineException invalid(String why) {
    return new EngineException(EngineException.Code.INVALID_ARGUMENT, why);
  }
}
