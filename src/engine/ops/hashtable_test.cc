// Tests of HASHTABLE, HASHTABLE_IMPORT, HASHTABLE_FIND and HASHTABLE_SIZE together.
#include "testing/op_test.h"

namespace samara::testing::hashtable_test {

Literal handle() {
  Literal l = i32({1}, {0});
  l.type = Type::resource;
  return l;
}

int table(ModelBuilder& m, int32_t id, fb::TensorType key, fb::TensorType value) {
  const int h = m.tensor(handle());
  m.op("HASHTABLE", {}, {h}, options<fb::HashtableOptionsT>([=](auto& o) {
         o.table_id = id;
         o.key_dtype = key;
         o.value_dtype = value;
       }));
  return h;
}
int text_to_number(ModelBuilder& m, int32_t id = 1) {
  return table(m, id, fb::TensorType_STRING, fb::TensorType_INT64);
}
int number_to_text(ModelBuilder& m, int32_t id = 1) {
  return table(m, id, fb::TensorType_INT64, fb::TensorType_STRING);
}
void import(ModelBuilder& m, int h, const Literal& keys, const Literal& values) {
  m.op("HASHTABLE_IMPORT", {h, m.constant(keys), m.constant(values)}, {},
       fb::HashtableImportOptionsT{});
}
/// Finds the keys and gives their values and the table's size.
void find(ModelBuilder& m, int h, const Literal& keys, const Literal& otherwise,
          const Literal& out) {
  const int y = m.tensor(out), size = m.tensor(i64({1}));
  m.op("HASHTABLE_FIND", {h, m.constant(keys), m.constant(otherwise)}, {y},
       fb::HashtableFindOptionsT{});
  m.op("HASHTABLE_SIZE", {h}, {size}, fb::HashtableSizeOptionsT{});
  m.output(y);
  m.output(size);
}

void expect_found(const ModelBuilder& m, const Literal& want, int64_t size) {
  for (int runs = 1; runs <= 2; ++runs) {
    const auto got = run_model(m.bytes(), {}, {.runs = runs});
    ASSERT_TRUE(got.ok()) << got.error().text();
    EXPECT_EQ(difference(want, (*got)[0], 0), "");
    EXPECT_EQ(difference(i64({1}, {size}), (*got)[1], 0), "");
  }
}
void expect_failure(const ModelBuilder& m, const std::string& text) {
  const auto got = run_model(m.bytes(), {});
  ASSERT_FALSE(got.ok());
  EXPECT_NE(got.error().text().find(text), std::string::npos) << got.error().text();
}

const Literal kTexts = strings({4}, {"b", "", "longer", "b"});
const Literal kNumbers = i64({4}, {7, -1, INT64_MAX, 8});

OP_TEST(hashtable, finds_numbers_by_strings) {
  ModelBuilder m;
  const int h = text_to_number(m);
  import(m, h, kTexts, kNumbers);
  find(m, h, strings({2, 2}, {"longer", "x", "b", ""}), i64({1}, {-5}), i64({2, 2}));
  expect_found(m, i64({2, 2}, {INT64_MAX, -5, 7, -1}), 3);  // of the two "b" the first
}

OP_TEST(hashtable, finds_strings_by_numbers) {
  ModelBuilder m;
  const int h = number_to_text(m);
  import(m, h, kNumbers, kTexts);
  find(m, h, i64({3}, {INT64_MAX, 0, -1}), strings({1}, {"none"}), strings({3}, {"", "", ""}));
  expect_found(m, strings({3}, {"longer", "none", ""}), 4);
}

OP_TEST(hashtable, keeps_the_first_import_and_tables_apart) {
  ModelBuilder m;
  const int h = text_to_number(m, -3), other = text_to_number(m, 4);
  import(m, other, strings({1}, {"a"}), i64({1}, {1}));
  import(m, h, strings({1}, {"a"}), i64({1}, {2}));
  import(m, h, strings({1}, {"a"}), i64({1}, {3}));
  find(m, text_to_number(m, -3), strings({1}, {"a"}), i64({1}, {0}), i64({1}));
  expect_found(m, i64({1}, {2}), 1);
}

OP_TEST(hashtable, is_filled_by_a_subgraph_that_runs_once) {
  ModelBuilder m;
  m.op("CALL_ONCE", {}, {},
       options<fb::CallOnceOptionsT>([](auto& o) { o.init_subgraph_index = 1; }));
  find(m, text_to_number(m), strings({1}, {""}), i64({1}, {0}), i64({1}));
  m.subgraph("fill");
  import(m, text_to_number(m), kTexts, kNumbers);
  expect_found(m, i64({1}, {-1}), 3);
}

OP_TEST(hashtable, of_nothing_has_size_0) {
  ModelBuilder m;
  const int h = text_to_number(m);
  import(m, h, strings({0}, {}), i64({0}));
  find(m, h, strings({1}, {"a"}), i64({1}, {9}), i64({1}));
  expect_found(m, i64({1}, {9}), 0);
}

OP_TEST(hashtable, refuses_tables_that_were_not_filled) {
  ModelBuilder m;
  find(m, text_to_number(m), strings({1}, {"a"}), i64({1}, {0}), i64({1}));
  expect_failure(m, "is looked up in was not filled");
}

OP_TEST(hashtable, refuses_other_types) {
  ModelBuilder pair;
  table(pair, 1, fb::TensorType_INT64, fb::TensorType_INT64);
  expect_failure(pair, "not int64 to int64");
  ModelBuilder keys;
  import(keys, number_to_text(keys), kTexts, kNumbers);
  expect_failure(keys, "the table's keys are int64");
  ModelBuilder twice;
  number_to_text(twice);
  text_to_number(twice);
  expect_failure(twice, "has keys of two types");
  ModelBuilder values;
  import(values, text_to_number(values), kTexts, strings({4}, {"", "", "", ""}));
  expect_failure(values, "it may be int64");
}

OP_TEST(hashtable, refuses_other_shapes_and_no_default) {
  ModelBuilder shapes;
  import(shapes, text_to_number(shapes), kTexts, i64({2}));
  expect_failure(shapes, "has keys [4] and values [2]");
  ModelBuilder none;
  const int h = text_to_number(none);
  import(none, h, kTexts, kNumbers);
  find(none, h, strings({1}, {"a"}), i64({0}), i64({1}));
  expect_failure(none, "has no default value");
}

OP_TEST(hashtable, refuses_handles_of_no_table) {
  for (const char* op : {"HASHTABLE_SIZE", "READ_VARIABLE"}) {
    ModelBuilder m;
    number_to_text(m);
    const int y = m.tensor(i64({1}));
    m.op(op, {m.constant(i32({1}, {op[0] == 'H' ? 1 : 0}))}, {y});
    m.output(y);
    expect_failure(m, op[0] == 'H' ? "there is no hash table with the handle 1"
                                   : "there is no variable with the handle 0");
  }
}

OP_TEST(hashtable, refuses_variables_as_tables_and_tables_as_variables) {
  const auto variable = [](ModelBuilder& m) {
    const int h = m.tensor(handle());
    m.op("VAR_HANDLE", {}, {h}, options<fb::VarHandleOptionsT>([](auto& o) {
           o.container = "hash tables";
           o.shared_name = "1";
         }));
    return h;
  };
  ModelBuilder first;
  const int v = variable(first);
  first.op("ASSIGN_VARIABLE", {v, first.constant(f32({1}, {1}))}, {}, fb::AssignVariableOptionsT{});
  text_to_number(first);
  expect_failure(first, "hash table 1 is a variable");
  ModelBuilder then;
  import(then, text_to_number(then), kTexts, kNumbers);
  const int h = variable(then);
  then.op("ASSIGN_VARIABLE", {h, then.constant(f32({1}, {1}))}, {}, fb::AssignVariableOptionsT{});
  expect_failure(then, "there is no variable with the handle");
}

}  // namespace samara::testing::hashtable_test
