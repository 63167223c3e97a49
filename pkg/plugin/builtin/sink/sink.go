package sink

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/http/httpguts"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// Sink is a plugin that tells a target of finished calls. Safe for concurrent use.
type Sink struct {
	name  string
	shape Shape
	lane  *Lane
	close func() error
}

// New makes a sink. Close, which may be nil, is called when the last line has left.
func New(env plugin.Env, s Shape, b Batch, to Target, closeTarget func() error) *Sink {
	return &Sink{name: env.Name, shape: s, lane: NewLane(to, b, env.Dir, env.Log, env.Count), close: closeTarget}
}

// Name implements plugin.Plugin.
func (s *Sink) Name() string { return s.name }

// WantsContent implements plugin.ContentWatcher.
func (s *Sink) WantsContent() bool { return s.shape.Content }

// lines are buffers that lines are written into before their size is known.
var lines = sync.Pool{New: func() any { return new([]byte) }}

// AfterCall implements plugin.CallWatcher.
func (s *Sink) AfterCall(d *plugin.Done) {
	const most = 64 << 10 // a buffer that has grown larger is not kept
	b := lines.Get().(*[]byte)
	*b = s.shape.AppendLine((*b)[:0], d)
	s.lane.Add(slices.Clone(*b))
	if cap(*b) <= most {
		lines.Put(b)
	}
}

// Close implements plugin.Closer.
func (s *Sink) Close() error {
	s.lane.Close()
	if s.close == nil {
		return nil
	}
	return s.close()
}

// credentials are headers whose values no log gets.
var credentials = []string{"authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "xi-api-key", "cookie", "x-bf-vk", "x-bf-api-key"}

// CheckHeaders says whether lines may have the values of some headers.
func CheckHeaders(at string, names []string) error {
	for _, name := range names {
		switch lower := strings.ToLower(name); {
		case !httpguts.ValidHeaderFieldName(name):
			return config.Fault(at, "%q is not a header name", name)
		case slices.Contains(credentials, lower), strings.HasPrefix(lower, "x-amz-"), strings.HasPrefix(lower, "x-bf-bedrock-"):
			return config.Fault(at, "%s holds a credential, which no log gets", name)
		}
	}
	return nil
}

// Join returns lines as NDJSON: each ends with a newline.
func Join(all [][]byte) []byte {
	size := 0
	for _, line := range all {
		size += len(line) + 1
	}
	out := make([]byte, 0, size)
	for _, line := range all {
		out = append(append(out, line...), '\n')
	}
	return out
}

// errTooMany is of an answer larger than any target has a reason to give.
var errTooMany = errors.New("its answer is too large")
