// samara/c/device.h as dart:ffi sees it: the structs field by field, and the functions that are
// used. tests/e2e/bindings_test.py compares both with the header.
import 'dart:ffi';
import 'dart:io';

import 'package:ffi/ffi.dart';

/// samara_conditions.
final class NativeConditions extends Struct {
  @Int()
  external int wifi;
  @Int()
  external int unmetered;
  @Int()
  external int cellular;
  @Int()
  external int roaming;
  @Int()
  external int charging;
  @Int()
  external int idle;
  @Int()
  external int background;
  @Int()
  // ignore: non_constant_identifier_names
  external int battery_percent;
  @Uint64()
  // ignore: non_constant_identifier_names
  external int free_bytes;
}

/// samara_device_state.
final class NativeState extends Struct {
  @Int()
  external int network;
  @Int()
  external int metered;
  @Int()
  external int roaming;
  @Int()
  external int charging;
  @Int()
  external int idle;
  @Int()
  external int background;
  @Int()
  // ignore: non_constant_identifier_names
  external int battery_percent;
  @Int64()
  // ignore: non_constant_identifier_names
  external int free_bytes;
}

/// samara_file.
final class NativeFile extends Struct {
  external Pointer<Utf8> name;
  external Pointer<Utf8> version;
  external Pointer<Utf8> path;
  external Pointer<Utf8> sha256;
  external Pointer<Utf8> source;
  external Pointer<Utf8> state;
  @Uint64()
  external int size;
  @Int()
  external int proven;
}

typedef _Handle = Pointer<Void>;
typedef _Text = Pointer<Utf8>;

final DynamicLibrary _library = Platform.isIOS
    ? DynamicLibrary.process()
    : DynamicLibrary.open(Platform.isMacOS ? 'libsamara_device.dylib' : 'libsamara_device.so');

final statusName = _library
    .lookupFunction<_Text Function(Int), _Text Function(int)>('samara_status_name');
final deviceMessage =
    _library.lookupFunction<_Text Function(), _Text Function()>('samara_device_message');
final optionsNew =
    _library.lookupFunction<_Handle Function(), _Handle Function()>('samara_options_new');
final optionsFree = _library
    .lookupFunction<Void Function(_Handle), void Function(_Handle)>('samara_options_free');
final optionsSet = _library.lookupFunction<Int Function(_Handle, _Text, _Text),
    int Function(_Handle, _Text, _Text)>('samara_options_set');
final optionsBundle = _library.lookupFunction<Int Function(_Handle, _Text, _Text, _Text),
    int Function(_Handle, _Text, _Text, _Text)>('samara_options_bundle');
final optionsState = _library.lookupFunction<Void Function(_Handle, Pointer<NativeState>),
    void Function(_Handle, Pointer<NativeState>)>('samara_options_state');
final deviceInitialize = _library
    .lookupFunction<Int Function(_Handle), int Function(_Handle)>('samara_device_initialize');
final deviceShutdown =
    _library.lookupFunction<Void Function(), void Function()>('samara_device_shutdown');
final deviceTellState = _library.lookupFunction<Int Function(_Handle, Pointer<NativeState>),
    int Function(_Handle, Pointer<NativeState>)>('samara_device_tell_state');
final filesCount = _library
    .lookupFunction<Size Function(_Handle), int Function(_Handle)>('samara_files_count');
final filesAt = _library.lookupFunction<Pointer<NativeFile> Function(_Handle, Size),
    Pointer<NativeFile> Function(_Handle, int)>('samara_files_at');
final filesFree = _library
    .lookupFunction<Void Function(_Handle), void Function(_Handle)>('samara_files_free');
final deviceGet = _library.lookupFunction<
    Int Function(_Handle, _Text, Int, Pointer<NativeConditions>, Pointer<_Handle>),
    int Function(
        _Handle, _Text, int, Pointer<NativeConditions>, Pointer<_Handle>)>('samara_device_get');
final deviceList = _library.lookupFunction<Int Function(_Handle, Pointer<_Handle>),
    int Function(_Handle, Pointer<_Handle>)>('samara_device_list');
final deviceDelete = _library.lookupFunction<Int Function(_Handle, _Text),
    int Function(_Handle, _Text)>('samara_device_delete');
final devicePrefetch = _library.lookupFunction<Int Function(_Handle, Pointer<_Text>, Size),
    int Function(_Handle, Pointer<_Text>, int)>('samara_device_prefetch');
final deviceExplain = _library.lookupFunction<Int Function(_Handle, _Text, Pointer<_Text>),
    int Function(_Handle, _Text, Pointer<_Text>)>('samara_device_explain');
final textFree =
    _library.lookupFunction<Void Function(_Text), void Function(_Text)>('samara_text_free');
