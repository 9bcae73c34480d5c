// The names of FirebaseMLModelDownloader over the device library.
import CSamaraDevice
import Foundation

/// What to give where a model is here already; with none, each waits for the latest.
public enum ModelDownloadType {
  case localModel
  case localModelUpdateInBackground
  case latestModel

  var policy: samara_policy {
    switch self {
    case .localModel: return SAMARA_LOCAL_MODEL
    case .localModelUpdateInBackground: return SAMARA_LOCAL_MODEL_UPDATE_IN_BACKGROUND
    case .latestModel: return SAMARA_LATEST_MODEL
    }
  }
}

/// When a model may be downloaded.
public struct ModelDownloadConditions: Equatable {
  public let allowsCellularAccess: Bool

  public init(allowsCellularAccess: Bool = true) {
    self.allowsCellularAccess = allowsCellularAccess
  }
}

/// A model that is on the device. Its file stays while its version is current or previous.
public struct CustomModel: Hashable {
  public let name: String
  /// In bytes.
  public let size: Int
  public let path: String
  /// SHA-256, which was compared; "" of a model that came with the app.
  public let hash: String

  init(_ file: samara_file) {
    name = String(cString: file.name)
    size = Int(file.size)
    path = String(cString: file.path)
    hash = String(cString: file.sha256)
  }
}

/// Why a model cannot be had.
public enum DownloadError: Error, Equatable {
  case notFound
  case permissionDenied
  case failedPrecondition
  case resourceExhausted
  case notEnoughSpace
  case invalidArgument
  case emptyModelName
  case internalError(description: String)
}

/// Why models that are here cannot be listed or deleted.
public enum DownloadedModelError: Error, Equatable {
  case notFound
  case fileIOError(description: String)
  case internalError(description: String)
}

/// Models by name from the hub of SamaraApp. Completions and progress are called on the main queue.
public final class ModelDownloader {
  private static let shared = ModelDownloader()
  private let queue = DispatchQueue(
    label: "dev.samara.device", qos: .utility, attributes: .concurrent)

  /// Calls fail with failedPrecondition or internalError where SamaraApp is not configured.
  public static func modelDownloader() -> ModelDownloader { shared }

  /// What is here, or what is newest, as the type says; `progressHandler` hears of a share of 1.
  /// Where none is here and only the conditions keep it away, it completes as soon as they hold.
  public func getModel(
    name modelName: String, downloadType: ModelDownloadType, conditions: ModelDownloadConditions,
    progressHandler: ((Float) -> Void)? = nil,
    completion: @escaping (Result<CustomModel, DownloadError>) -> Void
  ) {
    guard !modelName.isEmpty else {
      DispatchQueue.main.async { completion(.failure(.emptyModelName)) }
      return
    }
    let id = progressHandler.map { Listeners.add($0, for: modelName) }
    let end = { (result: Result<CustomModel, DownloadError>) in
      if let id = id { Listeners.remove(id, for: modelName) }
      DispatchQueue.main.async { completion(result) }
    }
    queue.async {
      var terms = samara_conditions_default()
      terms.cellular = conditions.allowsCellularAccess ? 1 : 0
      _ = Listeners.lastEvent(modelName, forget: true)
      var files: OpaquePointer?
      let status = samara_device_get(nil, modelName, downloadType.policy, &terms, &files)
      let event = Listeners.lastEvent(modelName)
      if status == SAMARA_OK, let model = Self.models(files).first {
        end(.success(model))
      } else if status == SAMARA_UNAVAILABLE,
        event == "conditions_unmet" || event == "conditions_lost"
      {
        Self.wait(for: modelName, then: end)
      } else {
        end(.failure(Self.error(SamaraError(status), event)))
      }
    }
  }

  /// The models that were delivered and are here.
  public func listDownloadedModels(
    completion: @escaping (Result<Set<CustomModel>, DownloadedModelError>) -> Void
  ) {
    queue.async {
      var files: OpaquePointer?
      let status = samara_device_list(nil, &files)
      let result: Result<Set<CustomModel>, DownloadedModelError> =
        status == SAMARA_OK
        ? .success(Set(Self.models(files)))
        : .failure(Self.localError(SamaraError(status)))
      DispatchQueue.main.async { completion(result) }
    }
  }

  /// Forgets the model and removes its files. Errors: notFound (none is here).
  public func deleteDownloadedModel(
    name modelName: String, completion: @escaping (Result<Void, DownloadedModelError>) -> Void
  ) {
    queue.async {
      var here: Int32 = 0
      var status = samara_device_is_downloaded(nil, modelName, &here)
      if status == SAMARA_OK && here == 0 {
        DispatchQueue.main.async { completion(.failure(.notFound)) }
        return
      }
      if status == SAMARA_OK { status = samara_device_delete(nil, modelName) }
      let error = status == SAMARA_OK ? nil : Self.localError(SamaraError(status))
      DispatchQueue.main.async { completion(error.map { .failure($0) } ?? .success(())) }
    }
  }

  /// Takes the files.
  private static func models(_ files: OpaquePointer?) -> [CustomModel] {
    defer { samara_files_free(files) }
    return (0..<samara_files_count(files)).compactMap { i in
      samara_files_at(files, i).map { CustomModel($0.pointee) }
    }
  }

  private final class Waiting {
    let end: (Result<CustomModel, DownloadError>) -> Void
    init(_ end: @escaping (Result<CustomModel, DownloadError>) -> Void) { self.end = end }
  }

  private static func wait(
    for name: String, then end: @escaping (Result<CustomModel, DownloadError>) -> Void
  ) {
    let kept = Unmanaged.passRetained(Waiting(end))
    let status = samara_device_when_ready(
      nil, name,
      { user, files, status in
        guard let user = user else { return }
        let waiting = Unmanaged<Waiting>.fromOpaque(user).takeRetainedValue()
        if let file = samara_files_at(files, 0) {
          waiting.end(.success(CustomModel(file.pointee)))
        } else {
          waiting.end(.failure(ModelDownloader.error(SamaraError(status), nil)))
        }
      }, kept.toOpaque())
    if status != SAMARA_OK {
      kept.takeRetainedValue().end(.failure(error(SamaraError(status), nil)))
    }
  }

  private static func error(_ error: SamaraError, _ event: String?) -> DownloadError {
    if error.status == SAMARA_UNAVAILABLE {
      switch event {
      case "no_space": return .notEnoughSpace
      case "not_offered": return .notFound
      case "refused_before", "unfit", "check_failed": return .failedPrecondition
      default: return .internalError(description: error.message)
      }
    }
    switch error.status {
    case SAMARA_NOT_FOUND: return .notFound
    case SAMARA_PERMISSION_DENIED: return .permissionDenied
    case SAMARA_FAILED_PRECONDITION, SAMARA_NOT_INITIALIZED: return .failedPrecondition
    case SAMARA_RESOURCE_EXHAUSTED: return .resourceExhausted
    case SAMARA_INVALID_ARGUMENT: return .invalidArgument
    default: return .internalError(description: error.message)
    }
  }

  private static func localError(_ error: SamaraError) -> DownloadedModelError {
    switch error.status {
    case SAMARA_NOT_FOUND: return .notFound
    case SAMARA_IO: return .fileIOError(description: error.message)
    default: return .internalError(description: error.message)
    }
  }
}
