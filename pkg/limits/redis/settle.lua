-- Puts other amounts in the place of those that a call reserved.
-- KEYS: the call's record; then for each limit its count, for money its holds, and
--   the mark that its threshold was told of, where it has one.
-- ARGV: clock, call, 0 if it goes on, 1 if that ends it, 2 if it never was; then for
--   each limit: shape, amount, 1 if it is of money, and its threshold with its period
--   in µs or calendar, or '' for none.
-- Returns 1; 0 if the call was settled before; -1 if nothing is known of it. Where
-- thresholds are reached that nobody was told of: {1, then for each the limit and
-- what threshold_reached returns}; whoever is to tell sets the mark.
-- A call that has ended keeps a mark for a minute, against a reservation that
-- arrives late: one that was sent and given up. The mark says whether anything was known
-- of the call, so that whoever missed the answer hears the same when asking again.
local HEAD, FIELDS = 3, 4
local id, ends = ARGV[2], ARGV[3] ~= '0'
local record = redis.call('GET', KEYS[1])
if record and is_settled(record) then return record == UNKNOWN and -1 or 0 end
local parts, since = {}, 0
if record then parts, since = record_parts(record) end

local k, changed, reached = 2, {}, {1}
for i = 1, (#ARGV - HEAD) / FIELDS do
  local a = HEAD + (i - 1) * FIELDS
  local key, shape, amount = KEYS[k], ARGV[a + 1], tonumber(ARGV[a + 2])
  local holds, mark
  k = k + 1
  if ARGV[a + 3] == '1' then
    holds = KEYS[k]
    k = k + 1
  end
  if ARGV[a + 4] ~= '' then
    mark = KEYS[k]
    k = k + 1
  end
  local part = parts[i]
  if shape == 'c' then
    if ends then redis.call('ZREM', key, id) end
    amount = 1
  elseif part and amount ~= part.amount then
    if shape == 'w' then
      window_amend(key, part.where, amount - part.amount)
    else
      fixed_amend(key, part.where, amount - part.amount)
    end
  end
  if part and holds then
    local name = held_name(id, part.amount, part.where, since)
    local until_ = redis.call('ZSCORE', holds, name)
    redis.call('ZREM', holds, name)
    if not ends and until_ then redis.call('ZADD', holds, until_, held_name(id, amount, part.where, since)) end
  end
  if part and mark then
    local warn, length = ARGV[a + 4]:match('^(%d+) (.+)$')
    local used, began, left, till = threshold_reached(key, holds, mark, now_of(ARGV[1]), shape, tonumber(warn), length)
    if used then
      for _, n in ipairs({i, used, began, left, till}) do reached[#reached + 1] = n end
    end
  end
  changed[i] = part and string.format('%.0f:%.0f', amount, part.where)
end

if ARGV[3] == '2' then
  redis.call('DEL', KEYS[1])
elseif ends then
  redis.call('SET', KEYS[1], record and SETTLED or UNKNOWN, 'PX', 60000)
elseif record then
  redis.call('SET', KEYS[1], record_of(since, changed), 'KEEPTTL')
end
if #reached > 1 then return reached end
return record and 1 or -1
