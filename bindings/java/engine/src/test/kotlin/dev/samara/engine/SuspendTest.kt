package dev.samara.engine

import java.io.File
import java.util.concurrent.Executors
import java.util.concurrent.LinkedBlockingQueue
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class SuspendTest {
  private fun <T> waited(work: suspend () -> T): Result<T> {
    val results = LinkedBlockingQueue<Result<T>>()
    work.startCoroutine(Continuation(EmptyCoroutineContext) { results.add(it) })
    return results.take()
  }

  @Test
  fun `a coroutine waits for a run`() {
    val executor = Executors.newSingleThreadExecutor()
    Model.load(File(System.getProperty("samara.digits"), "digits_f32.tflite")).use { model ->
      model.session().use { session ->
        val shape = session.inputs()[0].shape().map { Math.abs(it) }.toIntArray()
        val picture = Tensor.of(FloatArray(shape.reduce { a, b -> a * b }), *shape)
        assertEquals(10, waited { session.await(executor, picture) }.getOrThrow()[0].floats().size)
        val error = waited { session.await(executor) }.exceptionOrNull()
        assertTrue(error is EngineException, "$error")
      }
    }
    executor.shutdown()
  }
}
