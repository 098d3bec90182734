#include "breakwater/transport/answer_reader.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace breakwater {

namespace {

using json = nlohmann::json;

/// Receives the parser's events. The strings it is given are the lexer's one buffer: it is enlarged once, at the first
/// key, so that no growth leaves a piece of a token behind, and wiped after each value.
class field_collector : public nlohmann::json_sax<json> {
public:
  field_collector(answer_fields& into, size_t body_size) : into_(into), body_size_(body_size) {}

  bool null() override { return take(answer_field::type::other, {}); }
  bool boolean(bool) override { return take(answer_field::type::other, {}); }
  bool number_integer(number_integer_t n) override { return take(answer_field::type::integer, std::to_string(n)); }
  bool number_unsigned(number_unsigned_t n) override { return take(answer_field::type::integer, std::to_string(n)); }
  bool number_float(number_float_t, const string_t& text) override { return take(answer_field::type::fraction, text); }
  bool binary(binary_t&) override { return take(answer_field::type::other, {}); }

  bool string(string_t& text) override {
    take(answer_field::type::string, text);
    explicit_bzero(text.data(), text.size());
    return true;
  }

  bool start_object(size_t) override {
    in_error_ = depth_ == 1 && slot_ == &into_.error;
    if (in_error_)
      into_.nested_code = into_.nested_message = {};
    return open();
  }
  bool start_array(size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (name.capacity() < body_size_)
      name.reserve(body_size_);
    slot_ = nullptr;
    if (depth_ == 1)
      slot_ = top_level(name);
    else if (depth_ == 2 && in_error_)
      slot_ = nested(name);
    return true;
  }

  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
  bool take(answer_field::type is, std::string_view text) {
    if (slot_ != nullptr) {
      slot_->is = is;
      slot_->text.assign(text);
      slot_ = nullptr;
    }
    return true;
  }

  bool open() {
    take(answer_field::type::other, {});
    ++depth_;
    return true;
  }

  bool close() {
    --depth_;
    if (depth_ == 1)
      in_error_ = false;
    return true;
  }

  answer_field* top_level(std::string_view name) {
    const std::pair<std::string_view, answer_field*> known[] = {
        {"access_token", &into_.access_token},
        {"refresh_token", &into_.refresh_token},
        {"id_token", &into_.id_token},
        {"expires_in", &into_.expires_in},
        {"error", &into_.error},
        {"error_description", &into_.error_description},
        {"code", &into_.code},
    };
    for (auto [key, field] : known)
      if (key == name)
        return field;
    return nullptr;
  }

  answer_field* nested(std::string_view name) {
    if (name == "code")
      return &into_.nested_code;
    return name == "message" ? &into_.nested_message : nullptr;
  }

  answer_fields& into_;
  size_t body_size_;
  size_t depth_ = 0;
  bool in_error_ = false;
  /// Where the value after the last key goes; nullptr: nowhere.
  answer_field* slot_ = nullptr;
};

char first_of(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF"))
    body.remove_prefix(3);
  auto at = body.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? '\0' : body[at];
}

/// The size of the UTF-8 sequence at the start of `text`; 0 if there is none (RFC 3629, section 4).
size_t utf8_size(std::string_view text) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  auto follows = [&](size_t i, unsigned from = 0x80, unsigned to = 0xBF) { return byte(i) >= from && byte(i) <= to; };
  auto lead = byte(0);
  if (lead < 0x80)
    return 1;
  if (lead >= 0xC2 && lead <= 0xDF)
    return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF)
    return follows(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) && follows(2) ? 3 : 0;
  if (lead >= 0xF0 && lead <= 0xF4)
    return follows(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF) && follows(2) && follows(3) ? 4 : 0;
  return 0;
}

void replace_what_is_not_utf8(wiped_string& text) {
  for (size_t i = 0; i < text.size();) {
    if (auto n = utf8_size(std::string_view{text}.substr(i)); n > 0)
      i += n;
    else
      text[i++] = '\x7F';
  }
}

} // namespace

answer_fields read_answer_fields(wiped_string& body) {
  replace_what_is_not_utf8(body);
  answer_fields fields;
  if (first_of(body) != '{')
    return fields;
  field_collector collector{fields, body.size()};
  if (!json::sax_parse(body.begin(), body.end(), &collector))
    return {};
  fields.is_object = true;
  return fields;
}

bool is_json(std::string_view body) {
  auto first = first_of(body);
  return (first == '{' || first == '[') && json::accept(body.begin(), body.end());
}

} // namespace breakwater
