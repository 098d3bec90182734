#include "breakwater/tools/broker/rpc/message.hpp"

#include <algorithm>
#include <vector>

namespace breakwater::broker {

namespace {

/// What the id of a message turned out to be.
enum class id_kind : uint8_t { absent, usable, null, fractional, other, too_long };

/// Receives the parser's events: keeps id, method, params and result, skips every other member, and gives up where the
/// nesting is too deep.
class message_reader {
public:
  bool null() { return value(json_document{}); }
  bool boolean(bool x) { return value(json_document(x)); }
  bool number_integer(int64_t x) { return number(x); }
  bool number_unsigned(uint64_t x) { return number(x); }
  template <class Text> // the library's readers of other formats, never used here, pass another kind
  bool number_float(double x, const Text&) {
    if (at_top() && member_ == member::id) {
      id_ = id_kind::fractional;
      return true;
    }
    return value(json_document(x));
  }
  bool string(wiped_string& x) {
    if (at_top() && member_ == member::id)
      return string_id(x);
    if (at_top() && member_ == member::method) {
      method_.assign(x.data(), x.size());
      has_method_ = true;
      return true;
    }
    return value(json_document(std::move(x)));
  }
  bool binary(json_document::binary_t&) { return false; }

  bool start_object(size_t) {
    if (++depth_ == 1)
      return true;
    return open(json_document::object());
  }
  bool start_array(size_t) {
    if (++depth_ == 1) {
      batch_ = true;
      return false;
    }
    return open(json_document::array());
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(wiped_string& name) {
    if (depth_ > 1) {
      if (!open_.empty())
        key_ = std::move(name);
      return true;
    }
    member_ = member_of(name);
    if (member_ == member::method)
      method_.clear(), has_method_ = false;
    return true;
  }

  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) { return false; }

  /// The message, after the parser said whether all went well.
  message finish(bool parsed);

private:
  enum class member : uint8_t { other, id, method, params, result, error };

  static member member_of(const wiped_string& name) {
    if (name == "id")
      return member::id;
    if (name == "method")
      return member::method;
    if (name == "params")
      return member::params;
    if (name == "result")
      return member::result;
    if (name == "error")
      return member::error;
    return member::other;
  }

  bool at_top() const { return depth_ == 1; }

  template <class Number>
  bool number(Number x) {
    if (at_top() && member_ == member::id) {
      id_ = id_kind::usable;
      id_text_ = std::to_string(x);
      return true;
    }
    return value(json_document(x));
  }

  bool string_id(const wiped_string& x) {
    if (x.size() > id_bytes_max) {
      id_ = id_kind::too_long;
      return true;
    }
    auto text = json_document(x).dump();
    id_ = id_kind::usable;
    id_text_.assign(text.data(), text.size());
    return true;
  }

  /// Where a value that begins at the top belongs; null: nowhere.
  json_document* place_at_top() {
    switch (member_) {
    case member::params:
      has_params_ = true;
      return &params_;
    case member::result:
      has_result_ = true;
      return &result_;
    case member::error:
      has_error_ = true;
      return nullptr;
    case member::id:
      id_ = id_kind::other;
      return nullptr;
    default:
      return nullptr;
    }
  }

  json_document* put(json_document x) {
    if (open_.empty()) {
      if (depth_ > 1 && skipped_ > 0)
        return nullptr;
      auto* place = place_at_top();
      if (place)
        *place = std::move(x);
      return place;
    }
    auto& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(x));
      return &parent.back();
    }
    auto& slot = parent[key_];
    slot = std::move(x);
    return &slot;
  }

  bool value(json_document x) {
    if (depth_ == 0)
      return true; // a lone value: no message
    if (at_top() && member_ == member::id && x.is_null()) {
      id_ = id_kind::null;
      return true;
    }
    put(std::move(x));
    return true;
  }

  bool open(json_document container) {
    if (depth_ > depth_max) {
      too_deep_ = true;
      return false;
    }
    if (skipped_ > 0) {
      ++skipped_;
      return true;
    }
    if (auto* place = put(std::move(container)))
      open_.push_back(place);
    else
      skipped_ = 1;
    return true;
  }

  bool close() {
    --depth_;
    if (skipped_ > 0)
      --skipped_;
    else if (!open_.empty())
      open_.pop_back();
    if (depth_ == 0)
      whole_ = true;
    return true;
  }

  size_t depth_ = 0;
  /// Open containers of a member that nobody wants.
  size_t skipped_ = 0;
  member member_ = member::other;
  /// Open containers that are kept. A container does not move while one of its own is open.
  std::vector<json_document*> open_;
  wiped_string key_;

  id_kind id_ = id_kind::absent;
  std::string id_text_ = "null";
  std::string method_;
  bool has_method_ = false;
  json_document params_, result_;
  bool has_params_ = false, has_result_ = false, has_error_ = false;
  bool batch_ = false, too_deep_ = false, whole_ = false;
};

std::string_view problem_of_id(id_kind id) {
  switch (id) {
  case id_kind::null:
    return "Invalid request: the id is null; use a string or an integer";
  case id_kind::fractional:
    return "Invalid request: the id is no integer of 64 bits; use a string or an integer";
  case id_kind::other:
    return "Invalid request: the id is neither a string nor an integer";
  case id_kind::too_long:
    return "Invalid request: the id is longer than 1024 bytes";
  default:
    return {};
  }
}

message message_reader::finish(bool parsed) {
  message out;
  auto broken = [&](int code, std::string_view why) {
    out.kind = message_kind::broken;
    out.problem = {code, std::string{why}, {}};
    return std::move(out);
  };
  if (batch_)
    return broken(invalid_request, "Invalid request: batches are not supported; send one message per line");
  if (too_deep_)
    return broken(invalid_request, "Invalid request: nested deeper than 64 levels");
  if (!parsed)
    return broken(broker::parse_error, "Parse error: the line is not JSON");
  if (!whole_)
    return broken(invalid_request, "Invalid request: a message is an object");
  if (auto problem = problem_of_id(id_); !problem.empty())
    return broken(invalid_request, problem);
  out.id = std::move(id_text_);
  out.params = std::move(params_);
  out.has_params = has_params_;
  if (has_method_) {
    out.kind = id_ == id_kind::absent ? message_kind::notification : message_kind::request;
    out.method = std::move(method_);
    return out;
  }
  if (id_ != id_kind::absent && (has_result_ || has_error_)) {
    out.kind = message_kind::answer;
    out.result = std::move(result_);
    return out;
  }
  return broken(invalid_request, "Invalid request: missing field `method`");
}

} // namespace

message parse_message(std::string_view line) {
  message_reader reader;
  // The library takes a NUL for the end of its input.
  auto parsed =
      line.find('\0') == std::string_view::npos && json_document::sax_parse(line.begin(), line.end(), &reader);
  return reader.finish(parsed);
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

} // namespace breakwater::broker
