package redis

import (
	_ "embed"

	"github.com/asbru-gateway/asbru/pkg/redis"
)

//go:embed lib.lua
var lib string

//go:embed reserve.lua
var reserveSource string

//go:embed settle.lua
var settleSource string

//go:embed usage.lua
var usageSource string

//go:embed threshold.lua
var threshold string

//go:embed keep.lua
var keepSource string

//go:embed renew.lua
var renewSource string

//go:embed raise.lua
var raiseSource string

//go:embed restored.lua
var restoredSource string

// The scripts know by the call's record what they have done, so each may be run
// again when its outcome is not known.
var (
	reserveScript = redis.NewScript(lib+reserveSource, true)
	settleScript  = redis.NewScript(lib+threshold+settleSource, true)
	usageScript   = redis.NewScript(lib+usageSource, true)
	keepScript    = redis.NewScript(lib+keepSource, true)
	renewScript   = redis.NewScript(lib+renewSource, true)
	raiseScript   = redis.NewScript(lib+raiseSource, true)
)

// A mark that is set twice only has the counts raised once less.
var restoredScript = redis.NewScript(restoredSource, false)

// The first word of what reserve.lua returns.
const (
	replyRefused  = 0
	replyTaken    = 1
	replyKnown    = 2 // the call holds what it wants already
	replyUnseeded = 3
	replySettled  = 4
	replyLost     = 5
)

// How settle.lua is to leave a call.
const (
	goesOn   = "0"
	ended    = "1"
	neverWas = "2"
)

// unknown is what settle.lua returns for a call of which it knows nothing.
const unknown = -1
