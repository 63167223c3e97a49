-- Raises a count to what is known to be used, if it is below that. In a window it
-- counts as used now: it leaves rather late than early.
-- KEYS: the count. ARGV: clock, shape, period in µs or calendar, what is known.
-- Returns by how much it was raised.
local now = now_of(ARGV[1])
local key, shape, length, known = KEYS[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local count
if shape == 'w' then
  length = tonumber(length)
  count = window_load(key, now, length)
else
  count = fixed_load(key, now, length)
end
local by = known - count.n
if by <= 0 then return 0 end
if shape == 'w' then
  window_add(key, count, now, length, by, 0)
else
  fixed_add(key, count, by)
end
return by
