#pragma once
#include "breakwater/messages/store_messages.hpp"

namespace breakwater {

/// The entry of a token, or nullptr.
const ledger_entry* find_entry(const ledger&, const token_hash&);

/// The entry of a token, made if there is none; the oldest entries go when there are too many, those that condemn
/// nothing first.
ledger_entry& entry_of(ledger&, const token_hash&);

/// True if the token must never be sent or adopted again: it is spent or refused.
bool is_condemned(const ledger&, const token_hash&);

/// True if `later` was issued, over any number of refreshes, for `earlier`.
bool is_successor(const ledger&, const token_hash& later, const token_hash& earlier);

/// A store's ledger with what is known beside it: a token that was spent or refused stays so, also when the note of
/// that could not be written, or when the store is another one by now. Of too many, those sent last stay.
ledger with_known(ledger stored, const ledger& known);

/// The ledger with what an intent implies: the token it names is in doubt unless its fate is known.
ledger with_intent(ledger, const intent&);

} // namespace breakwater
