// What Firebase has for Kotlin in com.google.firebase.ml.modeldownloader.
@file:JvmName("ModelDownloaderKt")

package dev.samara.modeldownloader

import dev.samara.Firebase
import dev.samara.device.SamaraApp
import java.io.File

/** The downloader of the default app. Throws NotInitializedException where there is none. */
public val Firebase.modelDownloader: FirebaseModelDownloader
  get() = FirebaseModelDownloader.getInstance()

/** The downloader of [app]. */
public fun Firebase.modelDownloader(app: SamaraApp): FirebaseModelDownloader =
  FirebaseModelDownloader.getInstance(app)

/** Conditions that [init] sets. */
public fun customModelDownloadConditions(
  init: CustomModelDownloadConditions.Builder.() -> Unit
): CustomModelDownloadConditions = CustomModelDownloadConditions.Builder().apply(init).build()

public operator fun CustomModel.component1(): File? = file

public operator fun CustomModel.component2(): Long = size

public operator fun CustomModel.component3(): Long = downloadId

public operator fun CustomModel.component4(): String = modelHash

public operator fun CustomModel.component5(): String = name
