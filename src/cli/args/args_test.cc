#include "cli/args/args.h"

#include <gtest/gtest.h>

namespace samara::cli {
namespace {

struct Values {
  std::string model, mode = "a";
  std::vector<std::string> inputs;
  int64_t threads = 1;
  double seconds = 0.5;
  bool verbose = false;
};

Args::Outcome parse(Values& v, const std::vector<std::string>& words) {
  Args args("samara test", "a test");
  args.positional("MODEL", v.model, "the model");
  args.option("-i,--input", v.inputs, "inputs");
  args.option("-t,--threads", v.threads, "threads", 1, 1024);
  args.option("--min_secs", v.seconds, "seconds");
  args.option("--verbose", v.verbose, "more");
  args.choice("--mode", v.mode, {"a", "b"}, "how");
  return args.parse(words);
}

TEST(Args, reads_values_as_users_and_scripts_write_them) {
  Values v;
  const auto outcome = parse(v, {"m.tflite", "-i", "0=zeros", "--input=x=a=b.npy", "--threads=4",
                                 "--min_secs", "2.5", "--verbose=true", "--mode", "b"});
  ASSERT_TRUE(outcome.ok) << outcome.text;
  EXPECT_EQ(v.model, "m.tflite");
  EXPECT_EQ(v.inputs, (std::vector<std::string>{"0=zeros", "x=a=b.npy"}));
  EXPECT_EQ(v.threads, 4);
  EXPECT_EQ(v.seconds, 2.5);
  EXPECT_TRUE(v.verbose);
  EXPECT_EQ(v.mode, "b");
}

TEST(Args, a_list_does_not_swallow_the_positional) {
  Values v;
  const auto outcome = parse(v, {"--input", "0=zeros", "m.tflite"});
  ASSERT_TRUE(outcome.ok) << outcome.text;
  EXPECT_EQ(v.model, "m.tflite");
}

TEST(Args, refuses_what_is_out_of_range_or_no_number) {
  for (const std::string bad : {"0", "-1", "100000", "many", "1.5", ""}) {
    Values v;
    const auto outcome = parse(v, {"m", "--threads", bad});
    EXPECT_FALSE(outcome.ok) << bad;
    EXPECT_FALSE(outcome.help);
    EXPECT_NE(outcome.text.find("--threads"), std::string::npos) << outcome.text;
  }
}

TEST(Args, refuses_unknown_flags_words_and_a_missing_model) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"m", "--nonsense"}, {"m", "--mode", "c"}, {}, {"m", "second"}}) {
    Values v;
    const auto outcome = parse(v, words);
    EXPECT_FALSE(outcome.ok);
    EXPECT_FALSE(outcome.text.empty());
  }
}

TEST(Args, help_is_no_error) {
  Values v;
  const auto outcome = parse(v, {"--help"});
  EXPECT_FALSE(outcome.ok);
  EXPECT_TRUE(outcome.help);
  EXPECT_NE(outcome.text.find("--threads"), std::string::npos);
}

}  // namespace
}  // namespace samara::cli
