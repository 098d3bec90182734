#pragma once
#include "breakwater/messages/time.hpp"
#include "breakwater/tools/authority/authority_settings.hpp"
#include "breakwater/tools/authority/statistics.hpp"
#include "breakwater/tools/authority/token_mint.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

namespace breakwater::fake {

/// Tokens as they go into an answer. They are worthless outside the authority that made them.
struct token_set {
  std::string access_token;
  std::string refresh_token;
  /// Empty if tokens are opaque.
  std::string id_token;
  std::string account;
  uint64_t family = 0;
  std::chrono::milliseconds expires_in{0};
};

enum class refusal : uint8_t { unknown, expired, reused, revoked };

/// What one refresh differs in from the settings, where a script asks for it.
struct redeem_options {
  std::optional<rotation> rotate;
  /// Issue tokens whose claims name this account. Empty: the family's own.
  std::string account;
  /// How long the access token lives; zero or less: it has ended already.
  std::optional<std::chrono::milliseconds> lifetime;
};

/// What the authority knows of a refresh token at the moment it receives it.
struct receipt {
  /// First 8 digits of the token's hash; empty for no token.
  std::string hash;
  /// Zero: not issued here.
  uint64_t family = 0;
  bool replay = false;
};

/// Decides what a strict authorization server decides: who gets tokens, and whose family dies. Pure: time is an
/// argument, tokens come from a seed, and the same calls in the same order give the same results.
/// Promises: a spent refresh token never yields a fresh pair; a revoked family has no valid token, of either kind.
class authority_model {
public:
  explicit authority_model(authority_settings settings);

  /// A new login: a new family with its first tokens.
  token_set issue(std::string account, wall_time now) { return issue(std::move(account), now, std::nullopt); }
  /// The same with an access token that lives this long; zero or less: it has ended already.
  token_set issue(std::string account, wall_time now, std::optional<std::chrono::milliseconds> lifetime);

  /// Counts a refresh token that came in, before anybody decides what to answer.
  receipt receive(std::string_view refresh_token);

  /// Honours or refuses a refresh token (RFC 6749, section 6). Call `receive` first.
  std::variant<token_set, refusal> redeem(std::string_view refresh_token, const redeem_options&, wall_time now);

  /// Notes that the client was told that this token is dead, so that later requests with it count as after_refusal.
  void note_refused(std::string_view refresh_token);

  /// Ends the family of a refresh or access token (RFC 7009, section 2.1). False: not issued here.
  bool revoke(std::string_view token);

  /// Ends a family by its number. False: there is none.
  bool revoke_family(uint64_t family);

  /// From now on no refresh token of this family is honoured; its access tokens live on. False: there is none.
  bool condemn(uint64_t family, std::string with_answer);
  /// What `condemn` was told; empty: not condemned.
  std::string condemned(uint64_t family) const;

  /// RFC 7662: is this access token good now?
  bool is_valid(std::string_view access_token, wall_time now) const;
  bool is_alive(uint64_t family) const;
  /// True if a refresh with this token would be honoured now.
  bool is_current(std::string_view refresh_token, wall_time now) const;
  /// The family of a refresh or access token; zero: not issued here.
  uint64_t family_of(std::string_view token) const;
  std::string account_of(uint64_t family) const;

  /// For the parts of the statistics that the endpoints count.
  statistics& counts() { return counts_; }
  /// Everything counted so far, lists of tokens and families included.
  statistics snapshot() const;

private:
  struct refresh_record {
    token_count count;
    wall_time issued_at;
    wall_time spent_at;
    /// The pair given when this one was last redeemed: for reuse::grace and rotation::same.
    token_set given;
  };
  struct access_record {
    uint64_t family;
    wall_time expires_at;
  };
  struct hasher {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <class T>
  using by_token = std::unordered_map<std::string, T, hasher, std::equal_to<>>;

  family_state& family(uint64_t id) { return families_[id - 1]; }
  token_set mint(uint64_t family, std::string refresh_token, const redeem_options&, wall_time now);
  void add_refresh_token(const token_set&, wall_time now);
  std::variant<token_set, refusal> redeem_spent(refresh_record&, wall_time now);
  token_set rotate(std::string_view token, refresh_record&, const redeem_options&, wall_time now);
  void kill(family_state&);
  bool has_expired(const refresh_record&, wall_time now) const;

  authority_settings settings_;
  token_mint mint_;
  by_token<refresh_record> refresh_tokens_;
  by_token<access_record> access_tokens_;
  std::deque<family_state> families_;
  statistics counts_;
};

} // namespace breakwater::fake
