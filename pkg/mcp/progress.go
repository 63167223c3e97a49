package mcp

import (
	"strconv"
	"sync"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// Progress is how far a tool is.
type Progress struct {
	Done, Total float64 // Total is 0 where the tool does not know it
	Message     string
}

// progressMessageMax bounds what a server says of a tool's progress.
const progressMessageMax = 1 << 10

// followers are those who want to know how far the calls of a client are, by token. The
// zero value has none.
type followers struct {
	mu    sync.Mutex
	last  uint64
	tells map[string]func(Progress)
}

// follow returns the token under which a call tells its progress, until it is forgotten.
func (f *followers) follow(tell func(Progress)) (token string, forget func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last++
	token = strconv.FormatUint(f.last, 10)
	if f.tells == nil {
		f.tells = map[string]func(Progress){}
	}
	f.tells[token] = tell
	return token, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.tells, token)
	}
}

// tell passes on what a server says. The lock is held meanwhile, so that nobody is told
// anything after a call's end.
func (f *followers) tell(p *sdk.ProgressNotificationParams) {
	token, _ := p.ProgressToken.(string)
	f.mu.Lock()
	defer f.mu.Unlock()
	if tell := f.tells[token]; tell != nil {
		tell(Progress{Done: p.Progress, Total: p.Total, Message: bounded(visible(p.Message), progressMessageMax)})
	}
}
