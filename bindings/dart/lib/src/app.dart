import 'dart:ffi';
import 'dart:io';
import 'dart:isolate';

import 'package:ffi/ffi.dart';

import 'native.dart';

/// What the device library could not do: `code` is its kind, e.g. "not-found", `message` says why.
class SamaraException implements Exception {
  SamaraException(this.code, this.message);

  final String code;
  final String message;

  @override
  String toString() => '[samara_device/$code] $message';
}

/// Throws unless `status` is that all went well. Within the same turn as the call that gave it: the
/// message belongs to its thread.
void check(int status) {
  if (status == 0) return;
  final name = statusName(status).toDartString();
  throw SamaraException(name.replaceAll('_', '-'), deviceMessage().toDartString());
}

/// What a device is connected by.
enum SamaraNetwork { unknown, none, cellular, wifi, ethernet }

/// What the device is like; null: not known, which meets no condition that asks for it.
class SamaraDeviceState {
  const SamaraDeviceState({
    this.network = SamaraNetwork.unknown,
    this.metered,
    this.roaming,
    this.charging,
    this.idle,
    this.background,
    this.batteryPercent,
    this.freeBytes,
  });

  final SamaraNetwork network;
  final bool? metered;
  final bool? roaming;
  final bool? charging;
  final bool? idle;
  final bool? background;
  final int? batteryPercent;
  final int? freeBytes;

  static int _flag(bool? value) => value == null ? -1 : (value ? 1 : 0);

  void _write(NativeState out) {
    out.network = network.index;
    out.metered = _flag(metered);
    out.roaming = _flag(roaming);
    out.charging = _flag(charging);
    out.idle = _flag(idle);
    out.background = _flag(background);
    out.battery_percent = batteryPercent ?? -1;
    out.free_bytes = freeBytes ?? -1;
  }
}

/// What takes the place of google-services.json: the hub, the app's token, whom it trusts, a
/// folder.
class SamaraOptions {
  const SamaraOptions({
    required this.folder,
    this.hub,
    this.project = 'default',
    this.token,
    this.root,
    this.channel = 'stable',
    this.bundled = const {},
    this.state,
    this.more = const {},
  });

  /// Where models are kept.
  final Directory folder;

  /// The hub's address, and the project in it.
  final String? hub;
  final String project;

  /// Of a device, where the project is not public.
  final String? token;

  /// The repository's first root, by which everything else is believed; needed once.
  final File? root;
  final String channel;

  /// Models that come with the app: by name, the version and the file.
  final Map<String, (String, File)> bundled;

  /// What the device is like, on systems that do not show it to the library: Android and iOS. With
  /// it, SamaraApp.tellState() says what changes.
  final SamaraDeviceState? state;

  /// Others, by their names in samara/c/device.h.
  final Map<String, String> more;

  Map<String, String> get _texts => {
        'folder': folder.path,
        'channel': channel,
        if (token != null) 'token': token!,
        if (root != null) 'root': root!.path,
        if (hub != null) 'metadata_url': '$hub/v1/projects/$project/tuf/metadata',
        if (hub != null) 'target_url': '$hub/v1/projects/$project/tuf/targets',
        ...more,
      };
}

/// Where an app begins. The library is one for the process, so that every isolate may use it.
class SamaraApp {
  SamaraApp._();

  /// Makes the app. Throws [SamaraException] where a value cannot be used, or there is one already.
  static void initialize(SamaraOptions options) {
    final made = optionsNew();
    try {
      using((arena) {
        Pointer<Utf8> text(String value) => value.toNativeUtf8(allocator: arena);
        options._texts.forEach((name, value) => check(optionsSet(made, text(name), text(value))));
        options.bundled.forEach((name, one) =>
            check(optionsBundle(made, text(name), text(one.$1), text(one.$2.path))));
        if (options.state != null) {
          final state = arena<NativeState>();
          options.state!._write(state.ref);
          optionsState(made, state);
        }
        check(deviceInitialize(made));
      });
    } finally {
      optionsFree(made);
    }
  }

  /// Says what the device is like from now on; a download that waits is judged anew.
  static void tellState(SamaraDeviceState state) => using((arena) {
        final told = arena<NativeState>();
        state._write(told.ref);
        check(deviceTellState(nullptr, told));
      });

  /// What is in use of a model, and why no other.
  static Future<String> explain(String model) => Isolate.run(() => using((arena) {
        final out = arena<Pointer<Utf8>>();
        check(deviceExplain(nullptr, model.toNativeUtf8(allocator: arena), out));
        final text = out.value.toDartString();
        textFree(out.value);
        return text;
      }));

  /// Ends downloads (what has come is kept). No call may be under way.
  static void shutdown() => deviceShutdown();
}
