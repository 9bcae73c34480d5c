// The chain: who answers, why not the ones before, and when one is left alone.
#include "fleet/agent/fallback.h"

#include "fleet/agent/agent_test.h"
#include "fleet/agent/remote.h"

namespace samara::agent {
namespace {

const Tensors kInputs = {{std::byte{1}}};

Answering answers(int value, int* asked = nullptr) {
  return [value, asked](const Tensors&) -> Result<Reply> {
    if (asked) ++*asked;
    return Reply{Tensors{{static_cast<std::byte>(value)}}};
  };
}
Answering fails(Code code, int* asked = nullptr) {
  return [code, asked](const Tensors&) -> Result<Reply> {
    if (asked) ++*asked;
    return Error(code, "the driver was lost");
  };
}

TEST(chain, the_first_that_can_answers_and_says_why) {
  Chain chain;
  chain.then(Way::delegate, fails(Code::unavailable)).then(Way::cpu, answers(7));
  chain.then(Way::callback, answers(8));
  const Answer answer = chain.infer(kInputs).value();
  EXPECT_EQ(answer.way, Way::cpu);
  EXPECT_EQ(answer.outputs[0][0], std::byte{7});
  ASSERT_EQ(answer.passed.size(), 1u);
  EXPECT_EQ(answer.passed[0].way, Way::delegate);
  EXPECT_NE(answer.explain().find("answered by cpu; delegate: "), std::string::npos);
  EXPECT_NE(answer.explain().find("the driver was lost"), std::string::npos);
}

TEST(chain, all_that_failed_are_told) {
  Chain chain;
  EXPECT_EQ(chain.infer(kInputs).error().code(), Code::failed_precondition);
  chain.then(Way::cpu, fails(Code::data_loss)).then(Way::remote, fails(Code::unavailable));
  const auto none = chain.infer(kInputs);
  EXPECT_EQ(none.error().code(), Code::data_loss);
  EXPECT_NE(none.error().text().find("cpu: "), std::string::npos);
  EXPECT_NE(none.error().text().find("remote: "), std::string::npos);
}

TEST(chain, a_fault_of_the_caller_is_not_carried_elsewhere) {
  int asked = 0;
  Chain chain;
  chain.then(Way::cpu, fails(Code::invalid_argument)).then(Way::remote, answers(1, &asked));
  EXPECT_EQ(chain.infer(kInputs).error().code(), Code::invalid_argument);
  EXPECT_EQ(asked, 0);
}

TEST(chain, a_way_that_fails_and_fails_is_left_alone_for_a_while) {
  delivery::TestClock clock;
  int asked = 0;
  Chain chain({.rest_after = 2, .rest_ms = 1000, .clock = &clock});
  chain.then(Way::delegate, fails(Code::unavailable, &asked)).then(Way::cpu, answers(1));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(chain.infer(kInputs)->way, Way::cpu);
  EXPECT_EQ(asked, 2);
  EXPECT_NE(chain.infer(kInputs)->explain().find("left alone"), std::string::npos);
  clock.steady += 1000;
  EXPECT_TRUE(chain.infer(kInputs).ok());
  EXPECT_EQ(asked, 3);
}

TEST(chain, the_last_way_is_always_tried) {
  int asked = 0;
  Chain chain({.rest_after = 1});
  chain.then(Way::cpu, fails(Code::unavailable, &asked));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(chain.infer(kInputs).ok());
  EXPECT_EQ(asked, 3);
}

class FallbackTest : public ModelManagerTest {
 protected:
  static Tensors blank(const LiveModel& live) {
    const auto lease = live.now();
    const auto session = Session::create(lease->model).value();
    EXPECT_TRUE(session->plan().ok());
    return {std::vector<std::byte>(session->input(0).bytes)};
  }
};

TEST_F(FallbackTest, models_answer_from_their_slots) {
  options.bundled["digits"] = {"0", "examples/digits/models/digits_dr.tflite"};
  const auto manager = start();
  const auto live = manager->open("digits", Policy::latest_model).value();
  const Tensors inputs = blank(*live);
  Chain chain;
  chain.then(Way::delegate, on_delegate(live, {.ops_libraries = {"nowhere.so"}}))
      .then(Way::cpu, fails(Code::data_loss))
      .then(Way::previous, on_slot(*manager, "digits", delivery::Slot::previous))
      .then(Way::bundled, on_slot(*manager, "digits", delivery::Slot::bundled));
  const Answer first = chain.infer(inputs).value();
  EXPECT_EQ(first.way, Way::bundled);
  EXPECT_EQ(first.passed.size(), 3u);
  EXPECT_NE(first.explain().find("nowhere.so"), std::string::npos) << first.explain();
  publish("2", model("digits_dr"));
  ASSERT_TRUE(manager->update("digits").ok());
  EXPECT_EQ(chain.infer(inputs)->way, Way::previous);

  Chain own;
  own.then(Way::delegate, on_delegate(live, {})).then(Way::cpu, on_live(live));
  EXPECT_EQ(own.infer(inputs)->way, Way::delegate);
  EXPECT_EQ(own.infer({}).error().code(), Code::invalid_argument);
  EXPECT_EQ(own.infer({{std::byte{1}}}).error().code(), Code::invalid_argument);
  EXPECT_EQ(on_live(live)(inputs)->outputs, own.infer(inputs)->outputs);
}

TEST_F(FallbackTest, an_answer_knows_its_version_and_what_that_gives) {
  options.majors = wire::Majors{1, 2};
  publish("1.0.0", model("digits_f32"));
  const auto manager = start();
  const auto live = manager->open("digits", Policy::latest_model).value();
  Chain chain;
  chain.then(Way::cpu, on_live(live));
  const Answer first = chain.infer(blank(*live)).value();
  EXPECT_EQ(first.by->version, "1.0.0");
  ASSERT_EQ(first.forms.size(), 1u);
  EXPECT_EQ(first.forms[0].type, Type::f32);
  EXPECT_EQ(first.forms[0].shape, (std::vector<int32_t>{1, 10}));
  publish("2.0.0", model("digits_int8"));
  ASSERT_TRUE(manager->update("digits").ok());
  const Answer second = chain.infer(blank(*live)).value();
  EXPECT_EQ(second.by->version, "2.0.0");
  EXPECT_EQ(second.by->sha256, catalog.entry.sha256);
  EXPECT_EQ(second.forms[0].type, Type::i8);
  EXPECT_FALSE(second.forms[0].name.empty());
  EXPECT_EQ(first.by->version, "1.0.0") << "an answer stays what it was";
}

/// An endpoint that says what the test tells it to, and keeps what it was asked.
struct Endpoint {
  int status = 200;
  std::string body;
  http::Request asked;

  Remote remote(std::string url = "https://models.example/v2/models/add/infer?key=secret") {
    Remote out;
    out.url = std::move(url);
    out.headers = {{"Authorization", "Bearer secret"}};
    out.inputs = {{"x", Type::f32, {1, 2}}, {"flag", Type::boolean, {1}}};
    out.outputs = {{"y", Type::i8, {2}}};
    out.send = [this](const http::Request& request) -> Result<http::Response> {
      asked = request;
      return http::Response{{status, "", {}}, body};
    };
    return out;
  }
};

Tensors two_inputs() {
  const float x[] = {0.5f, -2};
  Tensors out(2);
  out[0].resize(sizeof x);
  std::memcpy(out[0].data(), x, sizeof x);
  out[1] = {std::byte{1}};
  return out;
}

TEST(remote, asks_and_reads_by_the_open_inference_protocol) {
  Endpoint endpoint;
  endpoint.body =
      R"({"model_name": "add", "outputs": [{"name": "other", "datatype": "FP32", "data": []},)"
      R"({"name": "y", "shape": [2], "datatype": "INT8", "data": [[-128], [127]]}]})";
  const auto reply = on_remote(endpoint.remote())(two_inputs());
  ASSERT_TRUE(reply.ok()) << reply.error().text();
  EXPECT_EQ(reply->outputs.at(0), (std::vector{std::byte{0x80}, std::byte{0x7f}}));
  EXPECT_EQ(reply->forms.at(0).type, Type::i8);
  EXPECT_FALSE(reply->by);
  EXPECT_EQ(endpoint.asked.method, "POST");
  EXPECT_EQ(endpoint.asked.body,
            R"({"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[0.5,-2]},)"
            R"({"name":"flag","shape":[1],"datatype":"BOOL","data":[true]}]})");
}

TEST(remote, answers_of_another_form_are_refused) {
  const char* kBad[] = {"{",
                        "{}",
                        R"({"outputs": 1})",
                        R"({"outputs": []})",
                        R"({"outputs": [{"name": "y", "datatype": "FP32", "data": [1, 2]}]})",
                        R"({"outputs": [{"name": "y", "datatype": "INT8", "data": [1]}]})",
                        R"({"outputs": [{"name": "y", "datatype": "INT8", "data": [1, 200]}]})",
                        R"({"outputs": [{"name": "y", "datatype": "INT8", "data": [1, 0.5]}]})",
                        R"({"outputs": [{"name": "y", "datatype": "INT8", "data": "12"}]})"};
  for (const char* body : kBad) {
    Endpoint endpoint;
    endpoint.body = body;
    EXPECT_EQ(on_remote(endpoint.remote())(two_inputs()).error().code(), Code::data_loss) << body;
  }
}

TEST(remote, statuses_and_addresses_that_are_refused_tell_no_secret) {
  Endpoint endpoint;
  for (const auto& [status, code] :
       {std::pair(503, Code::unavailable), std::pair(404, Code::unavailable),
        std::pair(401, Code::permission_denied)}) {
    endpoint.status = status;
    const auto refused = on_remote(endpoint.remote())(two_inputs());
    EXPECT_EQ(refused.error().code(), code);
    EXPECT_EQ(refused.error().text().find("secret"), std::string::npos) << refused.error().text();
  }
  endpoint.status = 200;
  EXPECT_EQ(on_remote(endpoint.remote("http://x/infer"))(two_inputs()).error().code(),
            Code::permission_denied);
  Remote plain = endpoint.remote("http://x/infer");
  plain.plain = true;
  EXPECT_EQ(on_remote(plain)(two_inputs()).error().code(), Code::data_loss) << "it was asked";
}

TEST(remote, inputs_that_do_not_fit_are_not_sent) {
  Endpoint endpoint;
  Tensors inputs = two_inputs();
  inputs[0].pop_back();
  EXPECT_EQ(on_remote(endpoint.remote())(inputs).error().code(), Code::invalid_argument);
  EXPECT_EQ(on_remote(endpoint.remote())({}).error().code(), Code::invalid_argument);
  Remote texts = endpoint.remote();
  texts.inputs[0].type = Type::string;
  EXPECT_EQ(on_remote(texts)(two_inputs()).error().code(), Code::unsupported);
  Remote huge = endpoint.remote();
  huge.inputs[0].shape = {1 << 30, 1 << 30, 1 << 30};
  EXPECT_EQ(on_remote(huge)(two_inputs()).error().code(), Code::invalid_argument);
  EXPECT_TRUE(endpoint.asked.url.empty());
}

TEST(remote, the_forms_are_a_models_own) {
  const auto model = Model::load("examples/digits/models/digits_f32.tflite").value();
  const Remote remote = remote_of(*model, "https://x").value();
  ASSERT_EQ(remote.inputs.size(), 1u);
  EXPECT_EQ(remote.inputs[0].type, Type::f32);
  EXPECT_FALSE(remote_of(*model, "https://x", "none").ok());
}

}  // namespace
}  // namespace samara::agent
