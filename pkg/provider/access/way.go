package access

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Way is how the requests of one key get to their provider, where that is the
// key's own affair. The zero Way is the provider's.
type Way struct {
	BaseURL string // instead of the row's and the configuration's
	Region  string // an address that stands in where neither has one
	// Path appends the path, with its query, of an operation; nil: the row's version
	// and what the codec puts behind it.
	Path func(dst []byte, op api.Op, model string, stream bool) []byte
	// Under appends a path, with its query, that a caller names itself, such as a file's;
	// nil: the row's version and that path.
	Under func(dst []byte, path string) []byte
	// Aliases are names of callers for models, and the provider's.
	Aliases map[string]string
	Prefix  string // before the provider's names of models that are no ARNs
	Model   string // the one model that all names mean; empty where there are more
	// Signer signs each request; nil: the key stands in the header that the row's Auth names.
	Signer Signer
	// Elsewhere are the operations that are asked for at addresses of their own.
	Elsewhere []Elsewhere
	// Annexes are further addresses of the key's provider, where it has some of what it
	// has at paths of its own.
	Annexes []Annex
}

// Elsewhere is where one operation is asked for.
type Elsewhere struct {
	Op     api.Op
	Region string // the address, unless the configuration has one for all
	Path   func(dst []byte, op api.Op, model string, stream bool) []byte
}

// Annex is an address for the paths that begin with Below.
type Annex struct {
	Below  string
	Strip  string // what of the path is not the annex's own
	Region string // the address, unless the configuration has one for all
	Signer Signer // nil: as elsewhere
}

// Request is what a Signer signs.
type Request struct {
	Method string
	Host   string
	Path   []byte   // with the query
	Body   [][]byte // its pieces
	More   bool     // that is not all of the body: the rest is sent as it comes
	Until  time.Time
}

// Signer signs requests. It is safe for concurrent use.
type Signer interface {
	// AppendAuth appends the header fields that sign a request, each with its line
	// end. It may ask for a token, until r.Until. Its error holds no secret; it is for
	// the log.
	AppendAuth(dst []byte, r *Request) ([]byte, error)
}
