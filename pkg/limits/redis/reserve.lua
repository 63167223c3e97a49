-- Takes an amount from each of several limits, or from none.
-- KEYS: the call's record; then for each limit its count, and for money its holds.
-- ARGV: clock, call, ms to keep the record, 1 to take without asking, a key without
--   which nothing is taken or ''; then for each limit: shape (w window, f calendar, c calls at once), max, amount,
--   period in µs or calendar, spread (w) or lease (c) in µs, hold (money: µs
--   until it is taken for lost; else 0), seed: '' none, '?' ask for one if the
--   count is not there, or what it is to begin with.
-- Returns {1, then for each limit what remains and in how many µs its calendar's
--   period ends (0: none does)}; {0, limit, wait in µs (-1: of no use), remaining};
--   {2} if the call has a record; {3, limit…} for those that need a seed; {4} if
--   the call was settled; {5} if the key is not there.
local HEAD, FIELDS = 5, 7
local now = now_of(ARGV[1])
local id = ARGV[2]
local record = redis.call('GET', KEYS[1])
if record then return {is_settled(record) and 4 or 2} end
if ARGV[5] ~= '' and redis.call('EXISTS', ARGV[5]) == 0 then return {5} end

local wants, unseeded = {}, {3}
local k = 2
for i = 1, (#ARGV - HEAD) / FIELDS do
  local a = HEAD + (i - 1) * FIELDS
  local want = {key = KEYS[k], shape = ARGV[a + 1], max = tonumber(ARGV[a + 2]), amount = tonumber(ARGV[a + 3]),
    length = ARGV[a + 4], spread = tonumber(ARGV[a + 5]), hold = tonumber(ARGV[a + 6]), seed = ARGV[a + 7]}
  k = k + 1
  if want.hold > 0 then
    want.holds = KEYS[k]
    k = k + 1
  end
  if want.shape == 'w' then
    want.length = tonumber(want.length)
    want.count = window_load(want.key, now, want.length)
  elseif want.shape == 'f' then
    want.count = fixed_load(want.key, now, want.length)
  else
    want.count = calls_load(want.key, now)
  end
  if want.count.missing and want.seed == '?' then unseeded[#unseeded + 1] = i end
  wants[i] = want
end
if #unseeded > 1 then return unseeded end

local function add(want, amount)
  if want.shape == 'w' then
    return window_add(want.key, want.count, now, want.length, amount, want.spread)
  elseif want.shape == 'f' then
    local where = fixed_add(want.key, want.count, amount)
    want.count.known = want.count.start
    return where
  end
  return calls_add(want.key, now, id, want.spread)
end

local who, longest = 0, 0
for i, want in ipairs(wants) do
  local seed = tonumber(want.seed)
  if want.count.missing and seed then add(want, seed) end
  local excess = want.count.n + want.amount - want.max
  if excess > 0 and ARGV[4] ~= '1' then
    local wait = 1000000 -- a call's end
    if want.amount > want.max then
      wait = -1
    elseif want.shape == 'w' then
      wait = window_wait(want.key, want.count, now, want.length, excess)
    elseif want.shape == 'f' then
      wait = want.count.next and want.count.next * DAY - now or 0
    end
    if who == 0 or longest >= 0 and (wait < 0 or wait > longest) then who, longest = i, wait end
  end
end
if who > 0 then
  return {0, who, longest, math.max(wants[who].max - wants[who].count.n, 0)}
end

local parts, reply = {}, {1}
for i, want in ipairs(wants) do
  local where = add(want, want.amount)
  if want.holds then
    redis.call('ZADD', want.holds, now + want.hold, held_name(id, want.amount, where, now))
    redis.call('PEXPIRE', want.holds, ARGV[3])
    redis.call('ZREMRANGEBYSCORE', want.holds, '-inf', now - ARGV[3] * 1000)
  end
  parts[i] = string.format('%.0f:%.0f', want.amount, where)
  local used = want.shape == 'c' and want.count.n + 1 or want.count.n
  reply[2 * i] = math.max(want.max - used, 0)
  reply[2 * i + 1] = want.count.next and want.count.next * DAY - now or 0
end
redis.call('SET', KEYS[1], record_of(now, parts), 'PX', ARGV[3])
return reply
