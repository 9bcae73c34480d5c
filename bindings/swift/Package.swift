// swift-tools-version:5.5
import PackageDescription

let package = Package(
  name: "SamaraDevice",
  platforms: [.iOS(.v12), .macOS(.v10_14)],
  products: [.library(name: "SamaraDevice", targets: ["SamaraDevice"])],
  targets: [
    .systemLibrary(name: "CSamaraDevice"),
    .target(name: "SamaraDevice", dependencies: ["CSamaraDevice"]),
  ]
)
