package dev.samara.engine;

import java.io.File;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A loaded model, which never changes. Sessions outlive it; any thread may use it. */
public final class Model extends Handle {
  private Model(long handle) {
    super(handle);
  }

  /** Verified in full. Throws EngineException, whose text says what is wrong where. */
  public static Model load(File file) {
    return load(file, Numerics.XNNPACK);
  }

  public static Model load(File file, Numerics numerics) {
    return new Model(Native.load(file.getPath(), numerics == Numerics.REFERENCE));
  }

  /** Of bytes, which are copied. */
  public static Model load(ByteBuffer bytes) {
    return load(bytes, Numerics.XNNPACK);
  }

  public static Model load(ByteBuffer bytes, Numerics numerics) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return new Model(Native.loadBytes(copy, numerics == Numerics.REFERENCE));
  }

  /** By which sessions name them; "" for a model without any. */
  public List<String> signatures() {
    return Collections.unmodifiableList(Arrays.asList(Native.signatures(handle())));
  }

  public Session session() {
    return session(new SessionOptions());
  }

  public Session session(SessionOptions options) {
    return new Session(
        Native.session(handle(), options.signature, options.threads, options.timeLimitMs));
  }
}
