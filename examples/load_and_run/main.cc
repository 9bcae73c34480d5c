// Loads a model, runs it on zeros, and prints what its outputs look like: all that a program needs.
#include <cstdio>
#include <string>

#include "samara/runtime/session.h"

namespace {

int fail(const samara::Error& error) {
  std::fprintf(stderr, "%s\n", error.text().c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "load_and_run MODEL.tflite\n");
    return 2;
  }
  const auto model = samara::Model::load(std::string(argv[1]));
  if (!model.ok()) return fail(model.error());
  const auto made = samara::Session::create(*model);
  if (!made.ok()) return fail(made.error());
  samara::Session& session = **made;
  for (size_t i = 0; i < session.inputs(); ++i) {
    const auto bytes = session.input_data(i);
    if (!bytes.ok()) return fail(bytes.error());
    for (std::byte& b : *bytes) b = std::byte{0};
  }
  if (const auto status = session.run(); !status.ok()) return fail(status.error());
  for (size_t i = 0; i < session.outputs(); ++i) {
    const samara::graph::Tensor& out = session.output(i);
    std::printf("%s %s\n", std::string(out.name).c_str(), out.shape.text().c_str());
  }
  return 0;
}
