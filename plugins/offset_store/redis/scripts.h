// What Redis runs for us, each as one step that nobody sees half of. Constants.
//
// A fence is "EPOCH:SESSION". Within an epoch the session counts the connections of its coordinator: a command that an earlier connection
// left behind in the server comes too late, however long the server was stopped.
#pragma once

#include <string_view>

namespace barnabas::offsets_redis {

// KEYS: fence. ARGV: epoch, session. Answers {1, 0}; {2, session}: that one is not behind what is stored; {0, the epoch that fences}.
inline constexpr std::string_view kTakeOver = R"lua(
local epoch, session = -1, 0
local fence = redis.call('GET', KEYS[1])
if fence then
  local e, s = string.match(fence, '^(%-?%d+):(%d+)$')
  if not e then return redis.error_reply('FOREIGN the key ' .. KEYS[1] .. ' is not a fence of the offset store') end
  epoch, session = tonumber(e), tonumber(s)
end
if epoch > tonumber(ARGV[1]) then return {0, epoch} end
if epoch == tonumber(ARGV[1]) and session >= tonumber(ARGV[2]) then return {2, session} end
redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2])
return {1, 0}
)lua";

// KEYS: fence, names of groups, the group's hash. ARGV: epoch, session, group, how many fields are set, each with its value, then the
// fields that are forgotten. Answers {1, 0}; {2, 0}: done, but the fence had been forgotten; {0, the epoch that fences}.
inline constexpr std::string_view kWrite = R"lua(
local epoch, session, outcome = tonumber(ARGV[1]), tonumber(ARGV[2]), 1
local fence = redis.call('GET', KEYS[1])
local e, s = string.match(fence or '', '^(%-?%d+):(%d+)$')
e, s = tonumber(e or -1), tonumber(s or 0)
if e > epoch or (e == epoch and s > session) then return {0, e} end
if e < epoch then outcome = 2 end
if e < epoch or s < session then redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2]) end
local sets = tonumber(ARGV[4])
for i = 5, 3 + 2 * sets, 2 do redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1]) end
if sets > 0 then redis.call('SADD', KEYS[2], ARGV[3]) end
if #ARGV >= 5 + 2 * sets then
  for i = 5 + 2 * sets, #ARGV do redis.call('HDEL', KEYS[3], ARGV[i]) end
  if redis.call('EXISTS', KEYS[3]) == 0 then redis.call('SREM', KEYS[2], ARGV[3]) end
end
return {outcome, 0}
)lua";

}  // namespace barnabas::offsets_redis
