#include "breakwater/storage/sealed_store.hpp"

#include "breakwater/storage/sealed_document.hpp"

namespace breakwater {

sealed_store::sealed_store(std::string path, const secret& passphrase, sealed_settings sealed,
                           document_store_settings settings)
    : document_store{std::move(path), std::make_unique<sealed_document>(guarded_bytes{passphrase.reveal()}, sealed),
                     settings} {}

} // namespace breakwater
