#pragma once
#include "breakwater/storage/credential_document.hpp"

namespace breakwater {

/// An auth.json as it is: the file that app-server clients read and write, too.
class plain_document : public credential_document {
public:
  std::string where(const file_place& place) const override { return place.path(); }
  document_content read(const file_place&) override;
  document_version look(const file_place&) override;
  failure replace(const file_place&, std::string_view text, const document_version* replaces) override;
  /// Behind a link the file stays, as an empty document, so that the link leads somewhere.
  failure erase(const file_place&, const document_content&) override;
  aside_result put_aside(const file_place&, std::string_view text) override;
  failure erase_aside(const file_place&) override;
  watch_result watch(const std::string& path, std::function<void()> changed) override;
};

} // namespace breakwater
