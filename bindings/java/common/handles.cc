#include "common/handles.h"

#include <cstdio>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

namespace samara::jni {
namespace {

struct Table {
  std::mutex mutex;
  std::unordered_map<jlong, std::pair<Kind, std::shared_ptr<void>>> objects;
  jlong last = -1;
};
/// Never destroyed: Java may call while the process ends.
Table& table() {
  static Table* const table = new Table;
  return *table;
}

constexpr char32_t kReplacement = 0xFFFD;

void append_utf8(std::string& out, char32_t c) {
  const auto tail = [&](int shift) { out += char(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) {
    out += char(c);
  } else if (c < 0x800) {
    out += char(0xC0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    out += char(0xE0 | c >> 12);
    tail(6), tail(0);
  } else {
    out += char(0xF0 | c >> 18);
    tail(12), tail(6), tail(0);
  }
}

/// The next character, and how many bytes it takes; one byte that is none: kReplacement.
std::pair<char32_t, size_t> decode_utf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return {kReplacement, 1};
  char32_t c = first & (0xFF >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {kReplacement, 1};
    c = c << 6 | (byte(i) & 0x3F);
  }
  const char32_t least = size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000;
  if (c < least || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return {kReplacement, 1};
  return {c, size};
}

}  // namespace

jlong add_object(Kind kind, std::shared_ptr<void> object) {
  Table& t = table();
  const std::scoped_lock lock(t.mutex);
  t.last += 2;
  t.objects.emplace(t.last, std::pair(kind, std::move(object)));
  return t.last;
}

std::shared_ptr<void> find_object(Kind kind, jlong handle) {
  Table& t = table();
  const std::scoped_lock lock(t.mutex);
  const auto found = t.objects.find(handle);
  if (found == t.objects.end() || found->second.first != kind) return nullptr;
  return found->second.second;
}

void drop_object(jlong handle) {
  Table& t = table();
  std::shared_ptr<void> last;  // destroyed after the lock is given back
  const std::scoped_lock lock(t.mutex);
  const auto found = t.objects.find(handle);
  if (found == t.objects.end()) return;
  last = std::move(found->second.second);
  t.objects.erase(found);
}

void raise(JNIEnv* env, const char* type, std::string_view message) {
  if (env->ExceptionCheck()) return;
  const jclass exception = env->FindClass(type);
  const jmethodID make =
      exception ? env->GetMethodID(exception, "<init>", "(Ljava/lang/String;)V") : nullptr;
  const jstring text = make ? string_of(env, message) : nullptr;
  const jobject made = text ? env->NewObject(exception, make, text) : nullptr;
  if (made) env->Throw(static_cast<jthrowable>(made));
}

std::string text_of(JNIEnv* env, jstring text) {
  const jsize size = env->GetStringLength(text);
  std::vector<jchar> units(static_cast<size_t>(size));
  env->GetStringRegion(text, 0, size, units.data());
  std::string out;
  for (size_t i = 0; i < units.size(); ++i) {
    const char32_t c = units[i];
    const bool high = c >= 0xD800 && c < 0xDC00, low = c >= 0xDC00 && c < 0xE000;
    const bool pair =
        high && i + 1 < units.size() && units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000;
    if (pair)
      append_utf8(out, 0x10000 + ((c - 0xD800) << 10) + (units[++i] - 0xDC00u));
    else
      append_utf8(out, high || low ? kReplacement : c);
  }
  return out;
}

jstring string_of(JNIEnv* env, std::string_view text) {
  std::vector<jchar> units;
  units.reserve(text.size());
  while (!text.empty()) {
    const auto [c, size] = decode_utf8(text);
    text.remove_prefix(size);
    if (c >= 0x10000) {
      units.push_back(jchar(0xD800 + ((c - 0x10000) >> 10)));
      units.push_back(jchar(0xDC00 + (c & 0x3FF)));
    } else {
      units.push_back(jchar(c));
    }
  }
  return env->NewString(units.data(), static_cast<jsize>(units.size()));
}

jobjectArray strings_of(JNIEnv* env, const std::vector<std::string>& texts) {
  const jclass type = env->FindClass("java/lang/String");
  const jobjectArray out =
      type ? env->NewObjectArray(static_cast<jsize>(texts.size()), type, nullptr) : nullptr;
  for (size_t i = 0; out && i < texts.size(); ++i) {
    const jstring one = string_of(env, texts[i]);
    if (!one) return nullptr;
    env->SetObjectArrayElement(out, static_cast<jsize>(i), one);
    env->DeleteLocalRef(one);
  }
  return out;
}

bool is_a(JNIEnv* env, jobject object, const std::string& name) {
  const jclass type = env->FindClass(name.c_str());
  const bool is = type && env->IsInstanceOf(object, type);
  env->DeleteLocalRef(type);
  return is;
}

void say_once(std::string_view line) {
  static std::mutex* const mutex = new std::mutex;
  static auto* const said = new std::set<std::string, std::less<>>;
  const std::scoped_lock lock(*mutex);
  if (said->emplace(line).second)
    std::fprintf(stderr, "INFO: %.*s\n", static_cast<int>(line.size()), line.data());
}

}  // namespace samara::jni
