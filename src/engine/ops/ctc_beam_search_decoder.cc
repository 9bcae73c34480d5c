// CTCBeamSearchDecoder: the likeliest labellings of sequences, by beam search over the class scores
// of each time step; the last class is the blank. Custom operator, version 1.
//
// Inputs: scores [time, batch, classes], lengths [batch]. Outputs, k = top_paths: k times indices
// [n, 2] of a sparse tensor (batch, place), k times its values [n], k times its shape [2], and the
// log probabilities [batch, k].
//
// Rules from: LiteRT tflite/kernels/ctc/*.h, A. Graves, "Supervised Sequence Labelling with Recurrent
// Neural Networks", 7.5.3. Beams are leaves of a tree of labels. Here only those nodes are kept that
// lead to a beam, so that the memory needed is known beforehand: a beam's path has at most one node
// for each time step. A NaN score is no candidate.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/graph/op.h"

namespace samara::ops {
namespace {

struct Params {
  int32_t width = 1, paths = 1;
  bool merge = false;
};

Result<Params> parse(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  Params p;
  TRY_SET(p.width, options.integer("beam_width", 0, 1, 1 << 20));
  TRY_SET(p.paths, options.integer("top_paths", 0, 1, p.width));
  p.merge = options.flag("merge_repeated");
  return p;
}

constexpr float kNever = -std::numeric_limits<float>::infinity();

/// Log probabilities of a path: all in all, and with a blank or its last label at the end.
struct Odds {
  float total = kNever, blank = kNever, label = kNever;
};

float add_logs(float a, float b) {
  if (a == kNever && b == kNever) return kNever;
  return a > b ? a + std::log1p(std::exp(b - a)) : b + std::log1p(std::exp(a - b));
}

struct Node {
  int32_t parent = -1, label = -1, first_child = -1, next = -1;
  int32_t uses = 0;  // children, and whether it is a beam
  bool old = false;  // was a beam before this time step
  Odds before, now;
  bool active() const { return now.total != kNever; }
};

/// Beams of one sequence. All memory is the caller's.
class Search {
 public:
  Search(std::span<Node> nodes, std::span<int32_t> leaves, std::span<int32_t> branches,
         const Params& p)
      : nodes_(nodes), leaves_(leaves), branches_(branches), width_(p.width) {}
  static int64_t nodes_for(int64_t width, int64_t time) { return 2 * width * (time + 1) + 2; }

  void start();
  void step(const float* scores, int32_t classes);
  /// The beams, the likeliest first.
  std::span<const int32_t> sorted();
  const Node& node(int32_t i) const { return nodes_[size_t(i)]; }

 private:
  Node& at(int32_t i) { return nodes_[size_t(i)]; }
  bool above(int32_t a, int32_t b) { return at(a).now.total > at(b).now.total; }
  bool candidate(float total);
  void keep(int32_t i);
  void extend(int32_t branch, const float* scores, int32_t labels, float norm);
  int32_t child_of(int32_t parent, int32_t label);
  int32_t new_child(int32_t parent, int32_t label);
  void release(int32_t i);

  std::span<Node> nodes_;
  std::span<int32_t> leaves_, branches_;
  int32_t width_, count_ = 0, used_ = 0, free_ = -1;
};

void Search::start() {
  used_ = 1;
  free_ = -1;
  count_ = 0;
  at(0) = Node{};
  at(0).uses = 1;  // the root stays
  at(0).now = {0, 0, kNever};
  keep(0);
}

/// A heap with the least likely beam in front, once all places are taken.
void Search::keep(int32_t i) {
  const auto order = [this](int32_t a, int32_t b) { return above(a, b); };
  ++at(i).uses;
  if (count_ < width_) {
    leaves_[size_t(count_++)] = i;
    if (count_ == width_) std::make_heap(leaves_.begin(), leaves_.begin() + count_, order);
    return;
  }
  const auto end = leaves_.begin() + count_;
  const int32_t dropped = leaves_[0];
  std::pop_heap(leaves_.begin(), end, order);
  *(end - 1) = i;
  std::push_heap(leaves_.begin(), end, order);
  at(dropped).now = {};
  --at(dropped).uses;
  if (!at(dropped).old) release(dropped);
}

bool Search::candidate(float total) {
  return total > kNever && (count_ < width_ || total > at(leaves_[0]).now.total);
}

std::span<const int32_t> Search::sorted() {
  const auto all = leaves_.first(size_t(count_));
  std::sort(all.begin(), all.end(),
            [this](int32_t a, int32_t b) { return above(a, b) || (!above(b, a) && a < b); });
  return all;
}

void Search::step(const float* scores, int32_t classes) {
  const float most = *std::max_element(scores, scores + classes);
  float sum = 0;
  for (int32_t i = 0; i < classes; ++i) sum += std::exp(scores[i] - most);
  const float norm = most + std::log(sum);
  const float blank = scores[classes - 1];

  const auto beams = sorted();
  const auto branches = branches_.first(beams.size());
  std::copy(beams.begin(), beams.end(), branches.begin());
  count_ = 0;
  for (const int32_t i : branches) {
    at(i).before = at(i).now;
    at(i).old = true;
  }
  for (const int32_t i : branches) {
    Node& b = at(i);
    if (b.parent >= 0) {
      const Node& parent = at(b.parent);
      if (parent.active())
        b.now.label = add_logs(b.now.label,
                               b.label == parent.label ? parent.before.blank : parent.before.total);
      b.now.label += scores[b.label] - norm;
    }
    b.now.blank = b.before.total + blank - norm;
    b.now.total = add_logs(b.now.blank, b.now.label);
    if (std::isnan(b.now.total)) b.now = {};
    --b.uses;  // keep() counts it again
    keep(i);
  }
  for (const int32_t i : branches)
    if (candidate(at(i).before.total)) extend(i, scores, classes - 1, norm);
  for (const int32_t i : branches) {
    at(i).old = false;
    if (at(i).uses == 0) release(i);
  }
}

void Search::extend(int32_t branch, const float* scores, int32_t labels, float norm) {
  for (int32_t label = 0; label < labels; ++label) {
    int32_t child = child_of(branch, label);
    if (child >= 0 && at(child).active()) continue;
    const Odds& before = at(branch).before;
    const float previous = label == at(branch).label ? before.blank : before.total;
    const float total = scores[label] - norm + previous;
    if (!candidate(total)) continue;
    if (child < 0) child = new_child(branch, label);
    at(child).now = {total, kNever, total};
    keep(child);
  }
}

int32_t Search::child_of(int32_t parent, int32_t label) {
  int32_t child = at(parent).first_child;
  while (child >= 0 && at(child).label != label) child = at(child).next;
  return child;
}

int32_t Search::new_child(int32_t parent, int32_t label) {
  const int32_t i = free_ >= 0 ? free_ : used_++;
  if (free_ >= 0) free_ = at(i).next;
  at(i) = Node{};
  at(i).parent = parent;
  at(i).label = label;
  at(i).next = at(parent).first_child;
  at(parent).first_child = i;
  ++at(parent).uses;
  return i;
}

/// Gives back a node that nothing needs, and those above it that then nothing needs.
void Search::release(int32_t i) {
  while (at(i).uses == 0 && !at(i).old) {
    const int32_t parent = at(i).parent;
    int32_t* link = &at(parent).first_child;
    while (*link != i) link = &at(*link).next;
    *link = at(i).next;
    at(i).next = free_;
    free_ = i;
    --at(parent).uses;
    i = parent;
  }
}

enum Slot { kNodes, kLeaves, kBranches, kLabels, kLengths };

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(2, 3 * p.paths + 1));
  const Tensor &scores = n.in(0), &lengths = n.in(1);
  TRY(n.has_type(scores, {Type::f32}));
  TRY(n.has_rank(scores, 3));
  TRY(n.has_type(lengths, {Type::i32}));
  TRY(n.has_rank(lengths, 1));
  const int64_t time = scores.shape[0];
  const int32_t batch = scores.shape[1];
  if (lengths.shape[0] != batch)
    return Error(Code::invalid_model,
                 cat("has ", lengths.shape[0], " lengths for a batch of ", batch));
  if (scores.shape[2] < 1) return Error(Code::invalid_model, "has no classes");
  for (int i = 0; i < 3 * p.paths; ++i) {
    TRY(n.has_type(n.out(i), {Type::i32, Type::i64}));
    TRY(i < 2 * p.paths ? n.sized_by_run(n.out(i)) : n.set_shape(n.out(i), Shape{2}));
  }
  const int64_t nodes = Search::nodes_for(p.width, time);
  const auto labels = checked_mul<int64_t>(int64_t{batch} * p.paths, time * 4);
  if (!narrow<int32_t>(nodes) || !labels)
    return Error(Code::resource_exhausted,
                 cat("a search of ", time, " steps with ", p.width, " beams is too large"));
  TRY(n.scratch(kNodes, nodes * int64_t(sizeof(Node))));
  TRY(n.scratch(kLeaves, int64_t{p.width} * 4));
  TRY(n.scratch(kBranches, int64_t{p.width} * 4));
  TRY(n.scratch(kLabels, *labels));
  TRY(n.scratch(kLengths, int64_t{batch} * p.paths * 4));
  TRY(n.has_type(n.out(3 * p.paths), {Type::f32}));
  return n.set_shape(n.out(3 * p.paths), Shape{batch, p.paths});
}

template <class T>
std::span<T> scratch_of(Run& n, int slot) {
  const auto bytes = n.scratch(slot);
  return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
}

void put(const Tensor& t, int64_t i, int64_t value) {
  if (t.type == Type::i32) {
    reinterpret_cast<int32_t*>(t.data)[i] = int32_t(value);
  } else {
    reinterpret_cast<int64_t*>(t.data)[i] = value;
  }
}

/// The labels of a path, from its start; their number.
int32_t write_labels(const Search& search, const Params& p, int32_t leaf, int32_t* to) {
  int32_t count = 0, previous = -1;
  for (int32_t i = leaf; search.node(i).parent >= 0; i = search.node(i).parent) {
    const int32_t label = search.node(i).label;
    if (!p.merge || label != previous) to[count++] = label;
    previous = label;
  }
  std::reverse(to, to + count);
  return count;
}

Status decode(const Params& p, Run& n, int32_t b) {
  const Shape& shape = n.in(0).shape;
  const int32_t length = n.in_data<int32_t>(1)[b];
  if (length > shape[0])
    return Error(Code::invalid_argument,
                 cat("length ", length, " at position ", b, " is beyond ", shape[0], " steps"));
  Search search(scratch_of<Node>(n, kNodes), scratch_of<int32_t>(n, kLeaves),
                scratch_of<int32_t>(n, kBranches), p);
  search.start();
  for (int64_t t = 0; t < length; ++t) {
    TRY(n.poll());
    search.step(n.in_data<float>(0) + (t * shape[1] + b) * shape[2], shape[2]);
  }
  const auto beams = search.sorted();
  if (beams.size() < size_t(p.paths))
    return Error(Code::invalid_argument, cat("sequence ", b, " has ", beams.size(), " labellings, ",
                                             p.paths, " are asked for"));
  for (int32_t k = 0; k < p.paths; ++k) {
    const int64_t place = int64_t{b} * p.paths + k;
    n.out_data<float>(3 * p.paths)[place] = search.node(beams[size_t(k)]).now.total;
    scratch_of<int32_t>(n, kLengths)[size_t(place)] = write_labels(
        search, p, beams[size_t(k)], scratch_of<int32_t>(n, kLabels).data() + place * shape[0]);
  }
  return ok();
}

/// The k-th labellings of all sequences as a sparse tensor.
Status store(const Params& p, Run& n, int32_t k) {
  const int64_t time = n.in(0).shape[0];
  const int32_t batch = n.in(0).shape[1];
  const auto lengths = scratch_of<int32_t>(n, kLengths);
  int64_t total = 0;
  int32_t longest = 0;
  for (int32_t b = 0; b < batch; ++b) {
    const int32_t length = lengths[size_t(b) * size_t(p.paths) + size_t(k)];
    total += length;
    longest = std::max(longest, length);
  }
  const auto count = narrow<int32_t>(total);
  if (!count) return Error(Code::resource_exhausted, cat("finds ", total, " labels"));
  const Tensor &indices = n.out(k), &values = n.out(k + p.paths), &shape = n.out(k + 2 * p.paths);
  TRY(n.resize(indices, Shape{*count, 2}));
  TRY(n.resize(values, Shape{*count}));
  put(shape, 0, batch);
  put(shape, 1, longest);
  int64_t at = 0;
  for (int32_t b = 0; b < batch; ++b) {
    const int64_t place = int64_t{b} * p.paths + k;
    const int32_t* const labels = scratch_of<int32_t>(n, kLabels).data() + place * time;
    for (int32_t t = 0; t < lengths[size_t(place)]; ++t, ++at) {
      put(indices, at * 2, b);
      put(indices, at * 2 + 1, t);
      put(values, at, labels[t]);
    }
  }
  return ok();
}

Status run(const Params& p, Run& n) {
  for (int32_t b = 0; b < n.in(0).shape[1]; ++b) TRY(decode(p, n, b));
  for (int32_t k = 0; k < p.paths; ++k) TRY(store(p, n, k));
  return ok();
}

}  // namespace

extern constinit const OpDef ctc_beam_search_decoder = define_op<Params, parse, infer>(
    {.name = "CTCBeamSearchDecoder", .code = 32}, {{Type::f32, bind<Params, run>}});

}  // namespace samara::ops
