// Any bytes as the metadata of a sound model: reading them ends with plain structures or an error.
#include "samara/schema/metadata.h"
#include "sound_model.h"

using namespace samara;  // NOLINT: a program

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = fuzz::sound_model({data, size});
  const auto model = schema::ModelFile::from_bytes(bytes, false);
  if (!model.ok()) __builtin_trap();  // whatever the metadata is, the model is sound
  const auto metadata = schema::read_metadata(**model);
  if (!metadata.ok() || !metadata->has_value()) return 0;
  size_t sum = (*metadata)->name.size() + (*metadata)->author.size();
  for (const auto& graph : (*metadata)->subgraphs)
    for (const auto& tensors : {graph.inputs, graph.outputs})
      for (const auto& tensor : tensors)
        if (const auto* file = tensor.file(schema::FileKind::axis_labels, "en"))
          sum += file->name.size();
  volatile size_t kept = sum;
  (void)kept;
  return 0;
}
