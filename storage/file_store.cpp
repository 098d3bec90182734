#include "breakwater/storage/file_store.hpp"

#include "breakwater/storage/plain_document.hpp"

namespace breakwater {

file_store::file_store(std::string path, file_store_settings settings)
    : document_store{std::move(path), std::make_unique<plain_document>(), settings} {}

} // namespace breakwater
