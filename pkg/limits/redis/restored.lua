-- Notes that counts were restored once more, unless the server has lost its data
-- meanwhile: then who restored them is no longer known.
-- KEYS: who restores, how often it was done. ARGV: who, ms until the next may.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('INCR', KEYS[2])
