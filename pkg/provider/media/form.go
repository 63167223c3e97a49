package media

import (
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Form is how a provider is asked for pictures or sound. It is safe for concurrent use.
type Form interface {
	// Ask fills in what is sent for a request. It fails where the provider cannot say
	// what the request says.
	Ask(r *Request) *api.Error
	// Answer makes OpenAI's answer of a whole one of the provider's, where Ask has said
	// that it is to be.
	Answer(r *Request, contentType string, body []byte) (*Answer, *api.Error)
}

// Request is what a caller asks for, and what the provider is asked.
type Request struct {
	Op       api.Op
	Method   string // the caller's; Ask may ask with another
	Provider string // as it is configured
	Model    string // the provider's name of it
	Video    Video  // that is asked about; the zero one where it is to be made
	Found    string // what an answer has said that there is more to ask about
	Stream   bool
	Body     jsonx.Value // the caller's JSON; nil where it sends a form
	// Fields are those of a form that are short text, and Head is its beginning, where
	// the model is at ModelAt.
	Fields  map[string]string
	Head    []byte
	ModelAt jsonx.Span
	// DropParams: what the provider cannot say may be left out. Dropped is what was.
	DropParams bool
	Dropped    []string
	// Form reads a caller's form to its end and takes it apart; nil where there is none.
	Form func() (files []Part, fields map[string]string, err *api.Error)

	Path []byte // behind the provider's version, with a query
	// FromAddress: behind the provider's address, and not its version.
	FromAddress bool
	JSON        []byte            // the body; nil: the caller's form
	JSONType    string            // what kind of body it is where it is no JSON
	Edits       []jsonx.Edit      // of the form's head
	More        map[string]string // further header fields
	Whole       bool              // the answer is for Answer, and does not pass as it comes
}

// Answer is OpenAI's.
type Answer struct {
	ContentType string
	Body        []byte
	Usage       api.Usage
	// Location is where the caller finds what it asks for, instead of a body.
	Location string
	// Found: there is no answer yet, and the provider is to be asked once more, with this.
	Found string
}

// text returns a field of the request that is text; "" if there is none.
func (r *Request) text(name string) string {
	if r.Body == nil {
		return r.Fields[name]
	}
	s, _ := r.Body.Get(name).Str()
	return s
}

// count is how many things are asked for.
func (r *Request) count() int64 {
	n, _ := r.Body.Get("n").Int()
	return max(n, 1)
}

// without refuses a field that has a value other than those that change nothing, or
// drops it.
func (r *Request) without(name string, harmless ...string) *api.Error {
	v := r.Body.Get(name)
	said := r.Fields[name]
	if v != nil && !v.IsNull() {
		said = string(v)
		if s, ok := v.Str(); ok {
			said = s
		}
	}
	if said == "" || slices.Contains(harmless, said) {
		return nil
	}
	if r.DropParams {
		r.Dropped = append(r.Dropped, name)
		return nil
	}
	return api.Invalid("unsupported_field", name, "The provider has nothing like %s = %s. Leave it out, or send drop_params.", name, said)
}

// withoutAll is without for several fields that have no harmless value but these.
func (r *Request) withoutAll(harmless []string, names ...string) *api.Error {
	for _, name := range names {
		if err := r.without(name, harmless...); err != nil {
			return err
		}
	}
	return nil
}

// missing is the error of a request without what it needs.
func missing(name string) *api.Error {
	return api.Invalid("missing_"+name, name, "%s must not be empty.", name)
}

// bad is the error of an answer that is none.
func bad() *api.Error {
	return api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider's answer has not what was asked for.")
}

// segment appends a model's or a voice's name as one segment of a path.
func segment(dst []byte, name string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-_.~@:", c) >= 0:
			dst = append(dst, c)
		default:
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst
}
