#include "cli/build_runtime/selection.h"

#include <filesystem>

#include "base/process.h"
#include "base/text.h"
#include "base/try.h"
#include "samara/files/inflate.h"
#include "samara/runtime/about.h"

namespace samara::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kCustom = 32;

bool is_built_in(const schema::OperatorCode& code) {
  static const About here = about();
  for (const OperatorSupport& op : here.operators)
    if (op.code == code.builtin && (code.builtin != kCustom || op.name == code.name)) return true;
  return false;
}

/// Kernels of wider types stand in for narrow ones, and read constants in blocks as floats.
void add_type(Type type, Selection& selection) {
  selection.types.insert(type);
  const int width = bits(type);
  if (width == 2 || width == 4) selection.types.insert({Type::i8, Type::u8});
  for (const Type narrow : {Type::f16, Type::bf16, Type::f8e4m3fn, Type::f8e5m2})
    if (type == narrow) selection.types.insert(Type::f32);
}

bool is_source(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "cmake" / "selection.cmake", error) &&
         fs::exists(folder / "src" / "engine" / "ops", error);
}

/// The given folder, the present one, the tree that this program was built in, or what an installed
/// copy has.
Result<std::string> find_source(const std::string& given) {
  if (!given.empty()) {
    if (is_source(given)) return given;
    return Error(Code::not_found, cat(given, " does not hold Samara's sources"));
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& folder :
       {fs::current_path(error), program / "../../..", program / "../share/samara/source"})
    if (is_source(folder)) return fs::weakly_canonical(folder, error).string();
  return Error(Code::not_found, "Samara's sources are not here; name them with --source");
}

Status run_step(const std::vector<std::string>& arguments, const char* what) {
  TRY_SET(const ProcessResult done, run_process(arguments, true));
  if (done.exit_code == 0) return ok();
  const size_t shown = std::min<size_t>(done.out.size(), 4000);
  return Error(Code::failed_precondition, cat(what, " failed (", done.exit_code, "):\n",
                                              done.out.substr(done.out.size() - shown)));
}

}  // namespace

Status add_model(const schema::ModelFile& file, Selection& selection) {
  for (const schema::Subgraph& graph : file.subgraphs()) {
    for (const schema::Tensor& t : graph.tensors) {
      add_type(t.type, selection);
      if (t.quantization.block_size > 0) selection.types.insert(Type::f32);
    }
    for (const schema::Operator& op : graph.operators) {
      const schema::OperatorCode& code = file.codes()[op.code];
      if (is_built_in(code)) {
        selection.operators.emplace(code.name);
      } else if (code.builtin == kCustom) {
        selection.foreign.emplace(code.name);
      } else {
        return Error(Code::unsupported, cat("needs ", code.name, ", which this engine lacks"));
      }
    }
  }
  return ok();
}

Result<Selection> select_for(const std::vector<std::string>& models) {
  Selection selection;
  schema::OpenOptions options;
  options.inflate = &files::inflate_hook();
  for (const std::string& path : models) {
    TRY_SET(const auto file, schema::ModelFile::open(path, options));
    TRY(add_model(*file, selection).in([&] { return "model " + path; }));
  }
  return selection;
}

std::vector<std::string> configure_arguments(const Selection& selection, const RuntimeBuild& build,
                                             const std::string& source) {
  std::string operators, types;
  for (const std::string& name : selection.operators)
    operators += cat(operators.empty() ? "" : ";", name);
  for (const Type type : selection.types) types += cat(types.empty() ? "" : ";", int(type));
  std::vector<std::string> words{"cmake",
                                 "-S",
                                 source,
                                 "-B",
                                 build.folder,
                                 "-DCMAKE_BUILD_TYPE=MinSizeRel",
                                 "-DCMAKE_CXX_FLAGS_MINSIZEREL=-Os",
                                 "-DSAMARA_LITE=ON",
                                 "-DSAMARA_TESTS=OFF",
                                 "-DSAMARA_ONLY_OPS=" + operators,
                                 "-DSAMARA_ONLY_TYPES=" + types};
  words.insert(words.end(), build.arguments.begin(), build.arguments.end());
  return words;
}

Result<uint64_t> build_runtime(const Selection& selection, const RuntimeBuild& build) {
  if (selection.operators.empty())
    return Error(Code::invalid_argument, "the models have no operator that is built in");
  TRY_SET(const std::string source, find_source(build.source));
  TRY(run_step(configure_arguments(selection, build, source), "CMake's configuration"));
  TRY(run_step({"cmake", "--build", build.folder, "--target", "samara_shared", "--parallel"},
               "the build"));
  const fs::path library = fs::path(build.folder) / "lib" / "libsamara.so";
  std::error_code error;
  fs::copy_file(fs::canonical(library, error), build.output, fs::copy_options::overwrite_existing,
                error);
  if (error) return Error(Code::io, cat("copying to ", build.output, ": ", error.message()));
  return uint64_t(fs::file_size(build.output));
}

}  // namespace samara::cli
