#include "breakwater/tools/broker/protocol/session.hpp"
#include "breakwater/tools/broker/rpc/auth_codec.hpp"
#include "breakwater/tools/broker/rpc/line_splitter.hpp"

#include <cstdlib>

/// Bytes of a client, cut into pieces: whatever they are, each line that asks something is answered once, in lines that
/// are JSON, and nothing else happens.
namespace {

using namespace breakwater;
using namespace breakwater::broker;

void demand(bool holds) {
  if (!holds)
    std::abort();
}

/// A line that has to be answered is answered at once, or becomes a question.
void converse(session& with, std::string_view line) {
  wiped_string out;
  auto done = with.receive(line, out);
  demand(out.empty() || out.back() == '\n');
  if (!out.empty())
    demand(json_document::accept(out.begin(), out.end()));
  auto open = std::holds_alternative<question>(done.then);
  demand(!(open && !out.empty()));
  auto m = parse_message(line);
  auto wants_answer = !is_blank(line) && (m.kind == message_kind::request || m.kind == message_kind::broken);
  demand(wants_answer == (open || !out.empty()));
  demand(json_document::accept(m.id));
}

void read_as_answers(std::string_view line) {
  auto document = json_document::parse(line, nullptr, false);
  if (document.is_discarded())
    return;
  if (auto status = status_from_json(document))
    demand(status_from_json(status_to_json(status->account, status->status)).has_value());
  bearer_from_json(document);
  history_from_json(document);
  info_from_json(document);
  failure_from_json(document);
  login_from_json(document);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes{reinterpret_cast<const char*>(data), size};
  session_facts facts;
  facts.info.accounts = {"default", "work"};
  session talk{facts};
  line_splitter lines{4096};
  // The first byte says how the rest is cut.
  size_t piece = size > 0 ? data[0] + size_t{1} : 1;
  for (size_t at = 1; at < size; at += piece) {
    lines.feed(bytes.substr(at, piece));
    while (auto line = lines.next()) {
      converse(talk, *line);
      if (line->size() < 1024)
        read_as_answers(*line);
    }
    lines.keep();
    if (lines.is_too_long())
      break;
  }
  return 0;
}
