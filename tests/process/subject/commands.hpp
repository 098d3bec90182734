#pragma once
#include "breakwater/actors/start.hpp"

#include <chrono>
#include <istream>

namespace breakwater::subject {

/// Reads one JSON object a line and answers each on standard output with one that has the same `id`, as soon as the
/// answer is there and in any order. A first line `{"ready":true}` says that reading has begun.
///
///   {"id":1,"do":"status","token":true,"refresh":true,"wait_ms":10000}
///   {"id":2,"do":"token","min_validity_ms":0,"rejected":{"life":1,"number":2}}
///   {"id":3,"do":"refresh","count":100}   asks 100 times at once; one answer line: `answers`, an array
///   {"id":4,"do":"reload"}  {"id":5,"do":"login","account":"a","access_token":"..","refresh_token":".."}
///   {"id":6,"do":"logout"}  {"id":7,"do":"explain"}  {"id":8,"do":"shutdown","deadline_ms":1000}
///
/// Callers that never rest (loop.hpp), one loop in the life of a program; `end_loop` is answered with what they saw:
///   {"id":9,"do":"loop","callers":100,"min_validity_ms":60,"pause_ms":40,"wait_ms":10000,"insist":true,"stream":false}
///   {"id":10,"do":"end_loop"}
///
/// An answer is {"id":N,"answers":[...]}; each of them an object: a status, a bearer, an outcome, or
/// {"error":"<ec>","message":".."}. `count` goes with status, token and refresh.
///
/// Returns at the end of the input, with the exit code: 0, or 3 if tokens were lost.
int obey(caf::actor_system&, auth_service, std::istream&, std::chrono::milliseconds exit_grace);

} // namespace breakwater::subject
