// What a user of the installed library writes: load a model, run it on zeros, print the outputs.
#include <cstdio>
#include <vector>

#include "samara/runtime/session.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto model = samara::Model::load(std::string(argv[1]));
  if (!model.ok()) return std::puts(model.error().text().c_str()), 1;
  auto session = samara::Session::create(*model);
  if (!session.ok()) return std::puts(session.error().text().c_str()), 1;
  samara::Session& s = **session;
  for (size_t i = 0; i < s.inputs(); ++i) {
    auto bytes = s.input_data(i);
    if (!bytes.ok()) return std::puts(bytes.error().text().c_str()), 1;
    for (std::byte& b : *bytes) b = std::byte{0};
  }
  if (auto status = s.run(); !status.ok()) return std::puts(status.error().text().c_str()), 1;
  for (size_t i = 0; i < s.outputs(); ++i)
    std::printf("%s %s\n", std::string(s.output(i).name).c_str(), s.output(i).shape.text().c_str());
  return 0;
}
