package dev.samara.device;

import dev.samara.tasks.Task;
import dev.samara.tasks.TaskCompletionSource;
import dev.samara.tasks.TaskExecutors;
import dev.samara.tasks.Tasks;

/** The calls of a device as tasks, with the errors of Firebase's and ML Kit's names. */
public final class ModelTasks {
  /** Makes an exception of what failed: its message, and its number as {@link Failures} has it. */
  public interface ErrorMaker {
    Exception make(Status status, String message, int number);
  }

  /** A call of a device. */
  public interface Call<R> {
    R on(Device device) throws SamaraException;
  }

  private final SamaraApp app;
  private final ErrorMaker errors;

  public ModelTasks(SamaraApp app, ErrorMaker errors) {
    this.app = app;
    this.errors = errors;
  }

  public <R> Task<R> call(Call<R> call) {
    return TaskExecutors.call(
        () -> {
          try {
            return call.on(app.getDevice());
          } catch (SamaraException | IllegalStateException e) {
            throw error(e, null);
          }
        });
  }

  /** A model that is not here is no error. */
  public Task<Void> delete(String model) {
    return call(
        device -> {
          device.delete(model);
          return null;
        });
  }

  /**
   * The model as the policy says. Where none is here and only conditions keep it away, the task
   * goes on until they hold, as a download in Android's download manager would.
   */
  public Task<ModelFile> get(String model, Policy policy, @Nullable Conditions conditions) {
    return Tasks.call(TaskExecutors.BACKGROUND, () -> begin(model, policy, conditions))
        .continueWithTask(TaskExecutors.BACKGROUND, Task::getResult);
  }

  private Task<ModelFile> begin(String model, Policy policy, @Nullable Conditions conditions) {
    long before = app.eventCount(model);
    try {
      return Tasks.forResult(app.getDevice().get(model, policy, conditions));
    } catch (SamaraException e) {
      String event = app.eventAfter(model, before);
      if (!Failures.waitsForConditions(e.getStatus(), event)) {
        return Tasks.forException(error(e, event));
      }
      TaskCompletionSource<ModelFile> source = new TaskCompletionSource<>();
      app.whenReady(model)
          .addOnCompleteListener(
              Runnable::run,
              done -> {
                if (done.isSuccessful()) {
                  source.trySetResult(done.getResult());
                } else {
                  source.trySetException(error(done.getException(), null));
                }
              });
      return source.getTask();
    } catch (IllegalStateException e) {
      return Tasks.forException(error(e, null));
    }
  }

  private Exception error(Exception failed, @Nullable String event) {
    if (!(failed instanceof SamaraException)) {
      Status status = Status.FAILED_PRECONDITION;
      return errors.make(status, failed.getMessage(), Failures.number(status, null, false));
    }
    Status status = ((SamaraException) failed).getStatus();
    int number = Failures.number(status, event, app.isOffline());
    return errors.make(status, failed.getMessage(), number);
  }
}
