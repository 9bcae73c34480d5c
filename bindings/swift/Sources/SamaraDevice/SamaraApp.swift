// Where an app begins, as with FirebaseApp.configure().
import CSamaraDevice
import Foundation

#if canImport(Network)
  import Network
#endif

/// What takes the place of GoogleService-Info.plist: the hub, the app's token, whom it trusts, a
/// folder.
public struct SamaraOptions {
  /// Where models are kept.
  public var folder: URL
  /// The hub's address, and the project in it.
  public var hub: String?
  public var project = "default"
  /// Of a device, where the project is not public.
  public var token: String?
  /// The repository's first root, by which everything else is believed; needed once.
  public var root: URL?
  public var channel = "stable"
  /// Models that come with the app: by name, the version and the file.
  public var bundled: [String: (version: String, file: URL)] = [:]
  /// Others, by their names in samara/c/device.h.
  public var more: [String: String] = [:]

  public init(folder: URL) { self.folder = folder }

  var texts: [(String, String)] {
    var out = [("folder", folder.path), ("channel", channel)]
    if let token = token { out.append(("token", token)) }
    if let root = root { out.append(("root", root.path)) }
    if let hub = hub {
      out.append(("metadata_url", "\(hub)/v1/projects/\(project)/tuf/metadata"))
      out.append(("target_url", "\(hub)/v1/projects/\(project)/tuf/targets"))
    }
    return out + more.map { ($0.key, $0.value) }
  }
}

/// What the device library could not do, and why.
public struct SamaraError: Error {
  let status: samara_status
  public let message: String

  /// That of the call before, in the same thread.
  init(_ status: samara_status) {
    self.status = status
    message = String(cString: samara_device_message())
  }
}

/// Throws unless all went well.
func check(_ status: samara_status) throws {
  if status != SAMARA_OK { throw SamaraError(status) }
}

public enum SamaraApp {
  #if canImport(Network)
    private static let monitor = NWPathMonitor()
  #endif

  /// Makes the app. Throws SamaraError where a value cannot be used, or there is one already.
  public static func configure(options: SamaraOptions) throws {
    let made = samara_options_new()
    defer { samara_options_free(made) }
    for (name, value) in options.texts { try check(samara_options_set(made, name, value)) }
    for (name, one) in options.bundled {
      try check(samara_options_bundle(made, name, one.version, one.file.path))
    }
    samara_options_on_progress(made, Listeners.onProgress, nil)
    samara_options_on_event(made, Listeners.onEvent, nil)
    #if canImport(Network)
      var unknown = state(of: nil)
      samara_options_state(made, &unknown)
    #endif
    try check(samara_device_initialize(made))
    #if canImport(Network)
      monitor.pathUpdateHandler = { path in
        var now = state(of: path)
        samara_device_tell_state(nil, &now)
      }
      monitor.start(queue: DispatchQueue.global(qos: .utility))
    #endif
  }

  #if canImport(Network)
    /// What is known of the network. The rest is not asked for by conditions of Firebase's on iOS.
    private static func state(of path: NWPath?) -> samara_device_state {
      var out = samara_device_state(
        network: Int32(SAMARA_NETWORK_UNKNOWN.rawValue), metered: -1, roaming: -1, charging: -1,
        idle: -1, background: -1, battery_percent: -1, free_bytes: -1)
      guard let path = path else { return out }
      var network = SAMARA_NETWORK_UNKNOWN
      if path.status != .satisfied {
        network = SAMARA_NETWORK_NONE
      } else if path.usesInterfaceType(.wifi) {
        network = SAMARA_NETWORK_WIFI
      } else if path.usesInterfaceType(.wiredEthernet) {
        network = SAMARA_NETWORK_ETHERNET
      } else if path.usesInterfaceType(.cellular) {
        network = SAMARA_NETWORK_CELLULAR
      }
      out.network = Int32(network.rawValue)
      out.metered = path.isExpensive ? 1 : 0
      return out
    }
  #endif
}

/// What the library tells, kept for those who ask by a model's name.
enum Listeners {
  private static let lock = NSLock()
  private static var progress: [String: [UUID: (Float) -> Void]] = [:]
  private static var events: [String: String] = [:]

  static let onProgress: samara_progress_fn = { _, model, bytes, total, _ in
    guard let model = model, total > 0 else { return }
    Listeners.tell(String(cString: model), Float(bytes) / Float(total))
  }

  static let onEvent: samara_event_fn = { _, model, _, event, _, _ in
    guard let model = model, let event = event else { return }
    Listeners.note(String(cString: model), String(cString: event))
  }

  private static func tell(_ model: String, _ share: Float) {
    lock.lock()
    let handlers = progress[model].map { Array($0.values) } ?? []
    lock.unlock()
    DispatchQueue.main.async { handlers.forEach { $0(share) } }
  }

  private static func note(_ model: String, _ event: String) {
    lock.lock()
    events[model] = event
    lock.unlock()
  }

  /// The last event of the model's delivery; forgets it where `forget` says so.
  static func lastEvent(_ model: String, forget: Bool = false) -> String? {
    lock.lock()
    defer { lock.unlock() }
    return forget ? events.removeValue(forKey: model) : events[model]
  }

  static func add(_ handler: @escaping (Float) -> Void, for model: String) -> UUID {
    lock.lock()
    defer { lock.unlock() }
    let id = UUID()
    progress[model, default: [:]][id] = handler
    return id
  }

  static func remove(_ id: UUID, for model: String) {
    lock.lock()
    defer { lock.unlock() }
    progress[model]?[id] = nil
  }
}
