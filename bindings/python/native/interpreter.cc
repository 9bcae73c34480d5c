// Interpreter: one user of a Model, with tensors as NumPy views of the engine's own memory.
#include "samara/runtime/interpreter.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "native/errors.h"
#include "native/model.h"
#include "native/watchers.h"

namespace samara::python {
namespace {

/// How many views of an interpreter's memory Python holds; outlives both.
struct Views {
  std::atomic<int> all = 0, moving = 0;
};

class PyInterpreter {
 public:
  PyInterpreter(const PyModel& of, int threads, bool keep_all) : model_(of) {
    if (of.refusal) raise(*of.refusal);
    InterpreterOptions options;
    // More threads than there are cores take turns; the result is the same.
    const int cores = std::max(1, int(std::thread::hardware_concurrency()));
    options.session.threads = std::min(threads, cores);
    options.keep_all = keep_all;
    made_ = value(Interpreter::create(of.model, options));
  }

  void resize(int subgraph, int tensor, const std::vector<int32_t>& shape) {
    const Claim claim(busy_);
    refuse_views(views_->moving);
    check(made_->resize(subgraph, tensor, shape));
  }
  void plan(int subgraph) {
    const Claim claim(busy_);
    if (!made_->planned(subgraph)) refuse_views(views_->all);
    const Status status = [&] {
      const nb::gil_scoped_release released;
      return made_->plan(subgraph);
    }();
    check(status);
  }
  bool planned(int subgraph) const { return made_->planned(subgraph); }

  void run(int subgraph, int64_t deadline_ms) { run_watched(subgraph, nullptr, deadline_ms); }
  nb::list profile(int subgraph) {
    Timer timer;
    run_watched(subgraph, &timer, 0);
    nb::list out;
    for (const Timed& t : timer.nodes)
      out.append(nb::make_tuple(t.subgraph, t.index, t.op, t.name, t.nanoseconds));
    return out;
  }
  nb::dict calibrate(int subgraph) {
    Ranges ranges;
    run_watched(subgraph, &ranges, 0);
    for (const int32_t i : model_.subgraph(subgraph).inputs)  // those too that no node reads
      ranges.look(value(made_->tensor(subgraph, i)), false);
    nb::dict out;
    for (const auto& [name, range] : ranges.ranges)
      if (range.min <= range.max) out[name.c_str()] = nb::make_tuple(range.min, range.max);
    return out;
  }

  std::vector<int32_t> shape(int subgraph, int tensor) const {
    const auto dims = value(made_->tensor(subgraph, tensor)).shape;
    return {dims.dims().begin(), dims.dims().end()};
  }
  nb::list strings(int subgraph, int tensor) const {
    const Claim claim(busy_);
    const graph::Tensor t = value(made_->tensor(subgraph, tensor));
    nb::list out;
    if (!t.data) return out;
    for (const std::string_view s : value(unpack_strings({t.data, t.bytes})))
      out.append(nb::bytes(s.data(), s.size()));
    return out;
  }
  void set_strings(int subgraph, int tensor, const std::vector<nb::bytes>& strings) {
    const Claim claim(busy_);
    std::vector<std::string> list;
    for (const nb::bytes& s : strings) list.emplace_back(s.c_str(), s.size());
    check(made_->set_strings(subgraph, tensor, list));
  }
  void reset_variables() {
    const Claim claim(busy_);
    check(made_->reset_variables());
  }
  int views() const { return views_->all; }

  /// The tensor's bytes, or None where it has no value. The view keeps `self` alive.
  static nb::object data(const nb::object& self, int subgraph, int tensor);

 private:
  /// One call at a time: what another thread finds running, it is told.
  class Claim {
   public:
    explicit Claim(std::atomic<bool>& busy) : busy_(busy) {
      if (busy.exchange(true))
        raise(Error(Code::failed_precondition, "another thread is using this interpreter"));
    }
    ~Claim() { busy_ = false; }
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

   private:
    std::atomic<bool>& busy_;
  };

  void run_watched(int subgraph, graph::Observer* observer, int64_t deadline_ms) {
    const Claim claim(busy_);
    refuse_views(views_->moving);
    RunOptions options;
    options.observer = observer;
    options.deadline_ms = deadline_ms;
    const Status status = [&] {
      const nb::gil_scoped_release released;
      return made_->run(subgraph, options);
    }();
    check(status);
  }
  static void refuse_views(int count) {
    if (count > 0)
      raise(Error(Code::failed_precondition,
                  "There is at least 1 reference to internal data in the interpreter in the form "
                  "of a numpy array or slice"));
  }

  PyModel model_;
  std::unique_ptr<Interpreter> made_;
  std::shared_ptr<Views> views_ = std::make_shared<Views>();
  mutable std::atomic<bool> busy_ = false;
};

/// What a view holds on to.
struct Held {
  PyObject* interpreter;
  std::shared_ptr<Views> views;
  bool moves;
};

nb::object PyInterpreter::data(const nb::object& self, int subgraph, int tensor) {
  const auto& made = nb::cast<const PyInterpreter&>(self);
  const Claim claim(made.busy_);
  const graph::Tensor t = value(made.made_->tensor(subgraph, tensor));
  if (!t.data) return nb::none();
  const bool moves = made.made_->moves(subgraph, tensor);
  auto held = std::make_unique<Held>(Held{self.ptr(), made.views_, moves});
  nb::capsule owner(held.get(), [](void* p) noexcept {
    const std::unique_ptr<Held> mine(static_cast<Held*>(p));
    --mine->views->all;
    mine->views->moving -= mine->moves;
    Py_DECREF(mine->interpreter);
  });
  Py_INCREF(held->interpreter);
  ++held->views->all;
  held->views->moving += moves;
  held.release();
  const size_t bytes[] = {t.bytes};
  return nb::cast(nb::ndarray<nb::numpy, uint8_t, nb::ndim<1>>(t.data, 1, bytes, owner));
}

}  // namespace

void define_interpreter(nb::module_& module) {
  using P = PyInterpreter;
  nb::class_<P>(module, "Interpreter")
      .def(nb::init<const PyModel&, int, bool>(), nb::arg("model"), nb::arg("threads"),
           nb::arg("keep_all"))
      .def("resize", &P::resize)
      .def("plan", &P::plan)
      .def("planned", &P::planned)
      .def("run", &P::run, nb::arg("subgraph"), nb::arg("deadline_ms") = 0)
      .def("profile", &P::profile)
      .def("calibrate", &P::calibrate)
      .def("shape", &P::shape)
      .def("strings", &P::strings)
      .def("set_strings", &P::set_strings)
      .def("reset_variables", &P::reset_variables)
      .def_prop_ro("views", &P::views)
      .def("data", &P::data);
}

}  // namespace samara::python
