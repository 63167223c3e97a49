-- Puts other amounts in the place of those that a call reserved.
-- KEYS: as of the reservation.
-- ARGV: call, 0 if it goes on, 1 if that ends it, 2 if it never was; then for each
--   limit: shape, amount, 1 if it is of money.
-- Returns 1; 0 if the call was settled before; -1 if nothing is known of it.
-- A call that has ended keeps a mark for a minute, against a reservation that
-- arrives late: one that was sent and given up.
local id, ends = ARGV[1], ARGV[2] ~= '0'
local record = redis.call('GET', KEYS[1])
if record == '-' then return 0 end
local parts = {}
if record then
  for amount, where in record:gmatch('(%d+):(%d+)') do
    parts[#parts + 1] = {amount = tonumber(amount), where = tonumber(where)}
  end
end

local k, changed = 2, {}
for i = 1, (#ARGV - 2) / 3 do
  local a = 2 + (i - 1) * 3
  local key, shape, amount = KEYS[k], ARGV[a + 1], tonumber(ARGV[a + 2])
  local holds
  k = k + 1
  if ARGV[a + 3] == '1' then
    holds = KEYS[k]
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
    local name = held_name(id, part.amount, part.where)
    local until_ = redis.call('ZSCORE', holds, name)
    redis.call('ZREM', holds, name)
    if not ends and until_ then redis.call('ZADD', holds, until_, held_name(id, amount, part.where)) end
  end
  changed[i] = part and string.format('%.0f:%.0f', amount, part.where)
end

if ARGV[2] == '2' then
  redis.call('DEL', KEYS[1])
elseif ends then
  redis.call('SET', KEYS[1], '-', 'PX', 60000)
elseif record then
  redis.call('SET', KEYS[1], table.concat(changed, ' '), 'KEEPTTL')
end
return record and 1 or -1
