-- Renews the lease of the money that a call holds.
-- KEYS: the call's record, then for each limit its count, and for money its holds.
-- ARGV: clock, call, lease in µs, ms to keep the record; then for each limit 1 if it
--   is of money.
-- Returns 1; 0 if the call has ended, or nothing is known of it.
local now, id = now_of(ARGV[1]), ARGV[2]
local record = redis.call('GET', KEYS[1])
if not record or is_settled(record) then return 0 end
local parts, since = record_parts(record)
local k = 2
for i = 1, #ARGV - 4 do
  k = k + 1
  if ARGV[4 + i] == '1' then
    local name = held_name(id, parts[i].amount, parts[i].where, since)
    redis.call('ZADD', KEYS[k], 'XX', now + ARGV[3], name)
    redis.call('PEXPIRE', KEYS[k], ARGV[4])
    k = k + 1
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
