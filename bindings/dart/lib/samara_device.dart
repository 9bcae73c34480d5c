/// Models by name from a hub, with the names of firebase_ml_model_downloader.
library;

export 'src/app.dart';
export 'src/downloader.dart';
