package control

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/danielgtaylor/huma/v2"
)

// resource is a list of the configuration, or an object of objects, whose parts the API
// shows, makes, changes and deletes one by one. It is data, so that all resources behave
// alike; what an object may be is said by the configuration's declarations alone.
type resource struct {
	path        string // of the list in the API, perhaps with {provider} in it
	listed      string // of the list, where that is another one
	one, many   string // members of answers, as routing_rule and routing_rules
	word, words string // in operation ids, as routing-rule and routing-rules
	schema      string // name of the object's declaration
	example     string // an object that can be made
	// place is where the list stands in the configuration, in something that must be
	// there, "" for the configuration itself.
	place func(in *Named) (list, within config.Path)
	// key is the member that an object is known by. Where it is not given, known stands
	// for it, and where that is not either, unnamed and the place in the list.
	key, known, unnamed string
	// keyed: the list is an object, whose keys are those of its objects.
	keyed bool
	// lead begins the keys that are made for those who give none. Without one a key must
	// be given.
	lead string
	// filters are members that a list may be asked for by.
	filters []string
	// bare: an answer is the object itself, as Bifrost has it for providers and keys.
	bare bool
	// byPut: a PUT makes what is not there, and nothing else does.
	byPut bool
	// ofTeams: whoever is confined to teams sees the objects that have the ids of these.
	ofTeams bool
	// used tells who uses an object, beside what the configuration itself says. It may be nil.
	used func(ctx context.Context, key string) ([]Detail, error)
	// shown changes an object for an answer, which then has the members of added, too.
	// It may be nil.
	shown func(in *Named, key string, object map[string]json.RawMessage)
	added map[string]*huma.Schema
	// related adds to objects that are about to be shown what belongs to them, by the members
	// of added.
	related relations
	// made has more to say to who has made an object, in members that madeAdds declares. It
	// may be nil.
	made     func(ctx context.Context, key string) (map[string]any, error)
	madeAdds map[string]*huma.Schema
}

// Named is what a request names, beside its body.
type Named struct {
	ID, Provider string
	Query        func(string) string
}

// Resolve implements huma.Resolver.
func (n *Named) Resolve(ctx huma.Context) []error {
	n.ID, n.Provider, n.Query = ctx.Param("id"), ctx.Param("provider"), ctx.Query
	return nil
}

// resourceRoutes registers the operations of a resource.
func (c *Control) resourceRoutes(r *resource) {
	h := &resourceHandler{c: c, r: r}
	many, one := strings.ReplaceAll(r.words, "-", " "), withArticle(strings.ReplaceAll(r.word, "-", " "))
	const rest = ": what is not sent stays, null or an empty object removes"
	change := "Change " + one
	if r.byPut {
		change = "Make or change " + one
	} else {
		huma.Register(c.api, c.asResource(r, at(http.MethodPost, r.path, "create-"+r.word, "Make "+one)), h.create)
	}
	huma.Register(c.api, c.asResource(r, at(http.MethodGet, cmp.Or(r.listed, r.path), "list-"+r.words, "List the "+many)), h.list)
	huma.Register(c.api, c.asResource(r, at(http.MethodGet, r.path+"/{id}", "get-"+r.word, "Show "+one)), h.get)
	huma.Register(c.api, c.asResource(r, at(http.MethodPut, r.path+"/{id}", "update-"+r.word, change+rest)), h.update)
	huma.Register(c.api, c.asResource(r, at(http.MethodDelete, r.path+"/{id}", "delete-"+r.word, "Delete "+one+" that nothing uses")), h.delete)
}

func withArticle(noun string) string {
	if strings.ContainsRune("aeio", rune(noun[0])) { // users are the only u
		return "an " + noun
	}
	return "a " + noun
}
