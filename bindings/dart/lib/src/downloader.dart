import 'dart:ffi';
import 'dart:io';
import 'dart:isolate';

import 'package:ffi/ffi.dart';

import 'app.dart';
import 'native.dart';

/// What to give where a model is here already; with none, each waits for the latest.
enum FirebaseModelDownloadType { localModel, localModelUpdateInBackground, latestModel }

/// When a model may be downloaded; the platform's own flags hold on each platform.
class FirebaseModelDownloadConditions {
  FirebaseModelDownloadConditions({
    this.iosAllowsCellularAccess = true,
    this.iosAllowsBackgroundDownloading = false,
    this.androidChargingRequired = false,
    this.androidWifiRequired = false,
    this.androidDeviceIdleRequired = false,
  });

  bool iosAllowsCellularAccess;
  bool iosAllowsBackgroundDownloading;
  bool androidChargingRequired;
  bool androidWifiRequired;
  bool androidDeviceIdleRequired;

  void _write(NativeConditions out) {
    final ios = Platform.isIOS;
    out.wifi = !ios && androidWifiRequired ? 1 : 0;
    out.unmetered = 0;
    out.cellular = !ios || iosAllowsCellularAccess ? 1 : 0;
    out.roaming = 1;
    out.charging = !ios && androidChargingRequired ? 1 : 0;
    out.idle = !ios && androidDeviceIdleRequired ? 1 : 0;
    out.background = !ios || iosAllowsBackgroundDownloading ? 1 : 0;
    out.battery_percent = 0;
    out.free_bytes = 0;
  }
}

/// A model that is on the device.
class FirebaseCustomModel {
  FirebaseCustomModel({
    required this.file,
    required this.size,
    required this.name,
    required this.hash,
  });

  FirebaseCustomModel._of(NativeFile file)
      : this(
          file: File(file.path.toDartString()),
          size: file.size,
          name: file.name.toDartString(),
          hash: file.sha256.toDartString(),
        );

  /// It stays while its version is current or previous.
  final File file;

  /// In bytes.
  final int size;
  final String name;

  /// SHA-256, which was compared; "" of a model that came with the app.
  final String hash;

  @override
  bool operator ==(Object other) =>
      other is FirebaseCustomModel && name == other.name && hash == other.hash;

  @override
  int get hashCode => Object.hash(name, hash);
}

/// Models by name from the hub of [SamaraApp]. Futures fail with [SamaraException]; every call
/// waits in an isolate of its own.
class FirebaseModelDownloader {
  FirebaseModelDownloader._();

  static final FirebaseModelDownloader instance = FirebaseModelDownloader._();

  /// What is here, or what is newest, as the type says. The conditions hold for this model from now
  /// on. Where none is here and they do not hold, it fails with "unavailable", and the model comes
  /// as soon as they do.
  Future<FirebaseCustomModel> getModel(
    String modelName,
    FirebaseModelDownloadType downloadType, [
    FirebaseModelDownloadConditions? conditions,
  ]) {
    final chosen = conditions ?? FirebaseModelDownloadConditions();
    return Isolate.run(() => using((arena) {
          final name = modelName.toNativeUtf8(allocator: arena);
          final terms = arena<NativeConditions>();
          chosen._write(terms.ref);
          final out = arena<Pointer<Void>>();
          try {
            check(deviceGet(nullptr, name, downloadType.index, terms, out));
          } on SamaraException catch (error) {
            if (error.code == 'unavailable') {
              final names = arena<Pointer<Utf8>>()..value = name;
              check(devicePrefetch(nullptr, names, 1));
            }
            rethrow;
          }
          return _models(out.value).first;
        }));
  }

  /// The models that were delivered and are here.
  Future<List<FirebaseCustomModel>> listDownloadedModels() => Isolate.run(() => using((arena) {
        final out = arena<Pointer<Void>>();
        check(deviceList(nullptr, out));
        return _models(out.value);
      }));

  /// Forgets the model and removes its files; one that is not here is no error.
  Future<void> deleteDownloadedModel(String modelName) => Isolate.run(() => using((arena) {
        check(deviceDelete(nullptr, modelName.toNativeUtf8(allocator: arena)));
      }));

  static List<FirebaseCustomModel> _models(Pointer<Void> files) {
    try {
      return [
        for (var i = 0; i < filesCount(files); ++i) FirebaseCustomModel._of(filesAt(files, i).ref),
      ];
    } finally {
      filesFree(files);
    }
  }
}
