#include <algorithm>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "samara/runtime/model.h"
#include "samara/runtime/session.h"
#include "testing/op_test.h"

namespace samara::testing {
namespace {

/// Which inputs of a case the model holds as constants.
enum class Form : uint8_t { run_time, constants, all_constant, resized };
constexpr Form kForms[] = {Form::run_time, Form::constants, Form::all_constant, Form::resized};

std::string_view text(Form form) {
  switch (form) {
    case Form::run_time:
      return "inputs given at run time";
    case Form::constants:
      return "marked inputs constant";
    case Form::all_constant:
      return "all inputs constant";
    case Form::resized:
      return "inputs resized";
  }
  return "";
}

bool is_constant(const Literal& l, Form form) {
  if (l.role == Role::constant) return true;
  if (l.role == Role::either) return form == Form::constants || form == Form::all_constant;
  return l.role == Role::run_time && form == Form::all_constant;
}

/// The same tensor with a shape that says nothing but the rank, as converters write it where a
/// dimension is not known.
Literal shapeless(const Literal& l) {
  Literal out = l;
  std::fill(out.shape.begin(), out.shape.end(), 1);
  // The verifier wants as many scales as there are channels.
  if (l.scales.size() > 1 && size_t(l.axis) < l.shape.size())
    out.shape[size_t(l.axis)] = l.shape[size_t(l.axis)];
  return out;
}
void mark_unknown(fb::TensorT& t) { t.shape_signature.assign(t.shape.size(), -1); }

std::vector<std::byte> build(const OpCase& c, Form form) {
  ModelBuilder m;
  std::vector<int32_t> inputs, outputs, intermediates;
  for (const Literal& l : c.inputs) {
    if (l.role == Role::absent) {
      inputs.push_back(-1);
    } else if (l.role == Role::variable) {
      inputs.push_back(m.variable(l));
    } else if (is_constant(l, form)) {
      inputs.push_back(m.constant(l));
    } else if (form == Form::resized) {
      inputs.push_back(m.input(shapeless(l)));
      mark_unknown(m.at(inputs.back()));
    } else {
      inputs.push_back(m.input(l));
    }
  }
  // The outputs' shapes are for the operator to find.
  for (const Literal& l : c.outputs) {
    outputs.push_back(m.tensor(shapeless(l)));
    mark_unknown(m.at(outputs.back()));
    m.output(outputs.back());
  }
  for (const Literal& l : c.intermediates) intermediates.push_back(m.tensor(l));
  fb::OperatorT& op = c.custom ? m.custom(c.op, inputs, outputs, c.custom_options)
                               : m.op(c.op, inputs, outputs, c.options, c.version);
  m.model().operator_codes.back()->version = c.version;
  op.intermediates = intermediates;
  return m.bytes();
}

Result<std::vector<Literal>> run_case(const OpCase& c, Form form, int threads) {
  std::vector<Literal> inputs;
  for (const Literal& l : c.inputs)
    if (l.role != Role::absent && l.role != Role::variable && !is_constant(l, form))
      inputs.push_back(l);
  return run_model(build(c, form), inputs,
                   {.threads = threads,
                    .numerics = c.numerics,
                    .fold_constants = form == Form::all_constant,
                    .runs = c.stateful ? 1 : 2});
}

/// Whether the form is another than Form::run_time for this case.
bool applies(const OpCase& c, Form form) {
  if (form == Form::all_constant && (c.stateful || c.never_all_constant)) return false;
  return form == Form::run_time || std::any_of(c.inputs.begin(), c.inputs.end(), [&](auto& l) {
           if (form == Form::resized) return !is_constant(l, form) && !l.shape.empty();
           return is_constant(l, form) != is_constant(l, Form::run_time);
         });
}

Status set_inputs(Session& session, const std::vector<Literal>& inputs) {
  if (session.inputs() != inputs.size())
    return Error(Code::invalid_argument, cat("the model takes ", session.inputs(),
                                             " inputs, the test gives ", inputs.size()));
  for (size_t i = 0; i < inputs.size(); ++i)
    if (!std::ranges::equal(session.input(i).shape.dims(), inputs[i].shape))
      TRY(session.resize(i, inputs[i].shape));
  TRY(session.plan());
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].type == Type::string) {
      TRY_SET(const auto views, unpack_strings(inputs[i].bytes));
      const std::vector<std::string> copies(views.begin(), views.end());
      TRY(session.set_input(i, std::span<const std::string>(copies)));
    } else {
      TRY(session.set_input(i, std::span<const std::byte>(inputs[i].bytes)));
    }
  }
  return ok();
}

Literal read(const graph::Tensor& t) {
  Literal out;
  out.type = t.type;
  out.shape.assign(t.shape.dims().begin(), t.shape.dims().end());
  out.scales.assign(t.quant.scales.begin(), t.quant.scales.end());
  out.zero_points.assign(t.quant.zero_points.begin(), t.quant.zero_points.end());
  out.axis = t.quant.axis;
  if (t.data != nullptr) out.bytes.assign(t.data, t.data + t.bytes);
  return out;
}

}  // namespace

Result<std::vector<Literal>> run_model(std::span<const std::byte> model,
                                       const std::vector<Literal>& inputs, const RunModel& how) {
  ModelOptions options;
  options.numerics = how.numerics;
  options.fold_constants = how.fold_constants;
  TRY_SET(auto loaded, Model::load(model, options));
  SessionOptions session_options;
  session_options.threads = how.threads;
  session_options.signature = how.signature;
  session_options.poison = true;
  TRY_SET(const auto session, Session::create(std::move(loaded), session_options));
  for (int i = 0; i < how.runs; ++i) {
    TRY(set_inputs(*session, inputs));
    TRY(session->run());
  }
  std::vector<Literal> out;
  for (size_t i = 0; i < session->outputs(); ++i) out.push_back(read(session->output(i)));
  return out;
}

void run_everywhere(const OpCase& c) {
  for (const Form form : kForms) {
    if (!applies(c, form)) continue;
    for (const int threads : {1, 2}) {
      SCOPED_TRACE(cat(c.op, ", ", text(form), ", threads ", threads));
      const auto got = run_case(c, form, threads);
      if (!got.ok()) {
        ADD_FAILURE() << got.error().text();
        continue;
      }
      ASSERT_EQ(got->size(), c.outputs.size());
      for (size_t i = 0; i < got->size(); ++i)
        EXPECT_EQ(difference(c.outputs[i], (*got)[i], c.tolerance), "") << "output " << i;
    }
  }
}

void expect_error(const OpCase& c, Code code, const std::string& wanted) {
  for (const Form form : {Form::run_time, Form::constants}) {
    if (!applies(c, form)) continue;
    SCOPED_TRACE(cat(c.op, ", ", text(form)));
    const auto got = run_case(c, form, 1);
    if (got.ok()) {
      ADD_FAILURE() << "ran without the error '" << wanted << "'";
      continue;
    }
    const bool value_error = form == Form::run_time && code == Code::invalid_model &&
                             got.error().code() == Code::invalid_argument;
    EXPECT_TRUE(got.error().code() == code || value_error) << got.error().text();
    EXPECT_NE(got.error().text().find(wanted), std::string::npos) << got.error().text();
  }
}

}  // namespace samara::testing
