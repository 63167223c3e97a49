package mock

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/valyala/fasthttp"
)

// objects are what callers have had the server keep, as an account's files and
// batches. The zero value has none.
type objects struct {
	mu   sync.Mutex
	kept []*object // oldest first
}

// object is one of them.
type object struct {
	kind    string // files, batches
	id      string
	owner   string // the object that it belongs to; "" for none
	json    []byte // what the API says of it
	content []byte
}

// maxObjects bounds what is kept. The oldest go.
const maxObjects = 1000

func (o *objects) put(x *object) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.kept) == maxObjects {
		o.kept = append(o.kept[:0], o.kept[1:]...)
	}
	o.kept = append(o.kept, x)
}

func (o *objects) get(kind, id string) *object {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, x := range o.kept {
		if x.kind == kind && x.id == id {
			return x
		}
	}
	return nil
}

// drop removes an object, and what belongs to it.
func (o *objects) drop(gone *object) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept = slices.DeleteFunc(o.kept, func(x *object) bool { return x == gone || x.owner == gone.id })
}

// list returns the objects of a kind, newest first, as the API lists them.
func (o *objects) list(kind, owner string) []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	b := []byte(`{"object":"list","data":[`)
	first, last := "", ""
	for _, x := range slices.Backward(o.kept) {
		if x.kind != kind || x.owner != owner {
			continue
		}
		if last = x.id; first == "" {
			first = x.id
		} else {
			b = append(b, ',')
		}
		b = append(b, x.json...)
	}
	b = append(b, `],"has_more":false`...)
	if first != "" {
		b = append(b, `,"first_id":"`+first+`","last_id":"`+last+`"`...)
	}
	return append(b, '}')
}

// objectKinds are the paths below which there are objects, each with what makes one
// of a POST, and what else can be done to one.
var objectKinds = map[string]objectKind{
	"files":            {create: (*Server).createFile},
	"batches":          {create: (*Server).createBatch, acts: map[string]act{"cancel": (*Server).cancelBatch}},
	"containers":       {create: (*Server).createContainer, inner: "files"},
	"containers/files": {create: (*Server).createContainerFile},
	"uploads":          {create: (*Server).createUpload, inner: "parts", acts: map[string]act{"complete": (*Server).completeUpload, "cancel": (*Server).cancelUpload}},
	"uploads/parts":    {create: (*Server).createPart},
	"videos":           {create: (*Server).createVideo, acts: map[string]act{"remix": (*Server).remixVideo}, media: "video/mp4"},
	"responses":        {},
}

// act is what can be done to an object. It returns what the answer tells of.
type act func(*Server, *call, *object) (*object, error)

type objectKind struct {
	create func(*Server, *call) (*object, error)
	acts   map[string]act // POST to what stands behind an id
	inner  string         // a kind that has its own objects in each of this
	media  string         // type of the content
}

// objectRoute finds paths such as /v1/files/{id}/content, whatever is before the kind.
func objectRoute(path string) (operation, bool) {
	return operation{dialect: openaiChat{}, run: (*Server).openaiObject}, objectPath(path) != nil
}

// objectPath is a path from the kind of its objects on.
func objectPath(path string) []string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if _, known := objectKinds[s]; known {
			return segments[i:]
		}
	}
	return nil
}

// openaiObject is what there is at the paths of objects.
func (s *Server) openaiObject(c *call) {
	if s.begin(c, "") {
		s.atObjects(c, objectPath(string(c.ctx.Path())), "", "")
	}
}

// atObjects answers a request to a path of a kind, and perhaps an id and more.
func (s *Server) atObjects(c *call, path []string, prefix, owner string) {
	method, kind := string(c.ctx.Method()), path[0]
	what, name := objectKinds[prefix+kind], prefix+kind
	if len(path) == 1 {
		switch {
		case method == fasthttp.MethodPost && what.create != nil:
			x, err := what.create(s, c)
			if err != nil {
				c.fail(fasthttp.StatusBadRequest, err.Error())
				return
			}
			x.kind, x.owner = name, owner
			s.objects.put(x)
			c.whole(s, typeJSON, x.json)
		case method == fasthttp.MethodGet:
			c.whole(s, typeJSON, s.objects.list(name, owner))
		default:
			c.fail(fasthttp.StatusMethodNotAllowed, "Not allowed to "+method+" on "+string(c.ctx.Path()))
		}
		return
	}
	x := s.objects.get(name, path[1])
	if x == nil || x.owner != owner {
		c.fail(fasthttp.StatusNotFound, "No such object: "+path[1])
		return
	}
	switch {
	case len(path) > 2 && path[2] == what.inner:
		s.atObjects(c, path[2:], kind+"/", x.id)
	case len(path) == 3 && path[2] == "content" && method == fasthttp.MethodGet:
		c.whole(s, cmp.Or(what.media, "application/octet-stream"), x.content)
	case len(path) == 3 && method == fasthttp.MethodPost && what.acts[path[2]] != nil:
		told, err := what.acts[path[2]](s, c, x)
		if err != nil {
			c.fail(fasthttp.StatusBadRequest, err.Error())
			return
		}
		c.whole(s, typeJSON, told.json)
	case len(path) == 2 && method == fasthttp.MethodDelete:
		s.objects.drop(x)
		c.whole(s, typeJSON, []byte(`{"id":"`+x.id+`","object":"`+strings.TrimSuffix(kind, "s")+`","deleted":true}`))
	case len(path) == 2 && method == fasthttp.MethodGet:
		c.whole(s, typeJSON, x.json)
	default:
		c.fail(fasthttp.StatusNotFound, "Invalid URL ("+method+" "+string(c.ctx.Path())+")")
	}
}
