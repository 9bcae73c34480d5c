package dev.samara.device;

import dev.samara.tasks.TaskExecutors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/** Numbers for downloads that are under way, as Android's download manager gives them. */
final class Downloads {
  private static final class One {
    final long id;
    @Nullable Progress progress;
    boolean over;

    One(long id) {
      this.id = id;
    }
  }

  private final Map<String, One> byModel = new HashMap<>();
  private final Map<String, List<LongConsumer>> waiting = new HashMap<>();
  private long count;

  void event(Event event) {
    List<LongConsumer> told;
    long id;
    synchronized (this) {
      One one = byModel.get(event.getModel());
      if (!event.getNext().equals("fetching")) {
        if (one != null && event.getState().equals("fetching")) {
          one.over = true;
        }
        return;
      }
      id = ++count;
      byModel.put(event.getModel(), new One(id));
      told = waiting.remove(event.getModel());
    }
    if (told != null) {
      told.forEach(one -> TaskExecutors.BACKGROUND.execute(() -> one.accept(id)));
    }
  }

  /** Calls once, when a download of the model begins; at once where one is under way. */
  void await(String model, LongConsumer then) {
    long id;
    synchronized (this) {
      id = id(model);
      if (id == 0) {
        waiting.computeIfAbsent(model, name -> new ArrayList<>()).add(then);
        return;
      }
    }
    then.accept(id);
  }

  synchronized void progress(Progress progress) {
    One one = byModel.get(progress.getModel());
    if (one != null) {
      one.progress = progress;
    }
  }

  /** 0: none is under way. */
  synchronized long id(String model) {
    One one = byModel.get(model);
    return one == null || one.over ? 0 : one.id;
  }

  /** Null: there is no such download, or nothing has come. */
  @Nullable
  synchronized Progress progress(long id) {
    for (One one : byModel.values()) {
      if (one.id == id) {
        return one.progress;
      }
    }
    return null;
  }
}
