package dev.samara

import dev.samara.device.SamaraApp
import dev.samara.modeldownloader.CustomModel
import dev.samara.modeldownloader.DownloadType
import dev.samara.modeldownloader.FirebaseMlException
import dev.samara.modeldownloader.component1
import dev.samara.modeldownloader.component2
import dev.samara.modeldownloader.component3
import dev.samara.modeldownloader.component4
import dev.samara.modeldownloader.component5
import dev.samara.modeldownloader.customModelDownloadConditions
import dev.samara.modeldownloader.modelDownloader
import dev.samara.tasks.Tasks
import dev.samara.tasks.await
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** What apps in Kotlin write. */
@Timeout(120)
class KotlinTest {
  private fun <R> blocking(work: suspend () -> R): R {
    val future = CompletableFuture<R>()
    work.startCoroutine(
      Continuation(EmptyCoroutineContext) { result ->
        result.fold(future::complete, future::completeExceptionally)
      }
    )
    return future.get()
  }

  @Test
  fun `an app as it was written for Firebase`() {
    TestHub.push("kotlin", "1.0.0", TestHub.INT8)
    SamaraApp.initialize(TestHub.options().build()).use { app ->
      val conditions = customModelDownloadConditions { requireWifi() }
      val future = CompletableFuture<CustomModel>()
      Firebase.modelDownloader
        .getModel("kotlin", DownloadType.LOCAL_MODEL_UPDATE_IN_BACKGROUND, conditions)
        .addOnSuccessListener { model -> future.complete(model) }
      val (file, size, downloadId, hash, name) = future.get()
      assertEquals(TestHub.INT8.length(), size)
      assertEquals(TestHub.INT8.readBytes().toList(), file?.readBytes()?.toList())
      assertEquals(Triple(0L, 64, "kotlin"), Triple(downloadId, hash.length, name))
      val again = blocking {
        Firebase.modelDownloader(app).getModel("kotlin", DownloadType.LATEST_MODEL, null).await()
      }
      assertEquals(future.get().modelHash, again.modelHash)
      val error =
        assertThrows(ExecutionException::class.java) {
          blocking {
            Firebase.modelDownloader.getModel("none", DownloadType.LATEST_MODEL, null).await()
          }
        }
      assertEquals(FirebaseMlException.NOT_FOUND, (error.cause as FirebaseMlException).code)
      assertThrows(CancellationException::class.java) {
        blocking { Tasks.forCanceled<Int>().await() }
      }
    }
  }
}
