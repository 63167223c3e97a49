package control

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/plugin/artefact"
	"github.com/asbru-gateway/asbru/pkg/prompt"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/testcall"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Options are what a control is made with.
type Options struct {
	Version string
	Log     *slog.Logger
	// Token is what an administrator sends as a bearer token. It must not be empty.
	Token config.Secret
	// Check decodes and checks a configuration; its error is a *config.Problems.
	Check func(*config.Document) (*config.Config, []config.Note, error)
	// Plugins looks at plugins before they are committed, and tries them; nil: nobody does.
	Plugins *gateway.PluginCheck
	// Artefacts are what plugins are made of; nil: none are kept.
	Artefacts *artefact.Shelf
	Config    *rollout.Publisher
	// ConfigFile is the name of the file that this process takes the configuration over from;
	// "" if from none.
	ConfigFile string
	Keys       KeyStore
	Minter     *virtualkey.Minter
	Nodes      Nodes
	// Store returns the open store, nil while it cannot be reached.
	Store func() *store.Store
	// References are how those are followed that a configuration comes with.
	References []config.Option
	// Secret is the cluster's.
	Secret secret.Key
	// WebhookSecret signs webhooks while the configuration has none.
	WebhookSecret config.Secret
	Jobs          Jobs
	DeadWebhooks  DeadWebhooks
	Alerts        Alerts
	Reports       Reports
	Prompts       *prompt.Repository
	// Subscriptions tell how plugins are told of events; nil: they are not.
	Subscriptions Subscriptions
	// Tools are the connections to MCP servers of this process; nil: there are none.
	Tools *mcp.Pool
	// Counts tells what is counted of limits; nil: each node counts for itself.
	Counts limits.Reader
	// Gateway is the one in this process, which knows how providers are; nil: none.
	Gateway *gateway.Gateway
	// PurgeCache has every node forget answers that it keeps.
	PurgeCache func(cache.Selection) error
	// SealedWithOthers counts what is kept for long and is not sealed with the first of the
	// cluster's secret keys; nil: nobody knows.
	SealedWithOthers func(context.Context) (int, error)
	// Node is this process's name in the cluster.
	Node string
	// SignIns counts those that fail, with other controls; nil: this one counts alone.
	SignIns *account.Tally
	// Drain asks a live node to drain.
	Drain func(ctx context.Context, node string) error
	// TestCalls has edges make calls. nil: there are none.
	TestCalls *testcall.Asker
}

// Control serves the admin API. Safe for concurrent use.
type Control struct {
	o   Options
	log *slog.Logger
	mux *http.ServeMux
	api huma.API

	// described guards what is made at the first request: mux, api, declared and operations.
	described sync.Once
	declared  declarations
	guard     *account.Guard
	basics    basicSignIns
	late      lateEntries
	oidc      oidcProviders
	// sealing seals what a browser keeps for us.
	sealing secret.Key
	// operations are the ids of the operations, by the patterns of their routes.
	operations map[string]string
	// parameters are those of the operations' queries, by the operation's id.
	parameters map[string][]string

	newest  newestConfig
	origins origins
	// sharedFigures are what several have asked of the log a moment ago.
	sharedFigures sharedAnswers
	explaining    explaining
}

// descriptionPath is where the API's description is, less its extension.
const descriptionPath = "/api/openapi"

// maxBodyBytes bounds a request's body: the largest is a whole configuration.
const maxBodyBytes = 16 << 20

// New makes a control.
func New(o Options) *Control {
	c := &Control{o: o, log: cmp.Or(o.Log, slog.Default()), mux: http.NewServeMux(), guard: account.NewGuard(o.SignIns)}
	c.sealing = o.Secret.Derive("admin-api")
	c.o.Keys = auditedKeys{teamKeys{o.Keys}, c}
	if c.o.Tools == nil {
		c.o.Tools = mcp.NewPool(mcp.Options{})
	}
	huma.NewError = newError
	return c
}

// describe makes the API's operations and their description, which takes megabytes of
// memory: not before somebody asks.
func (c *Control) describe() {
	description := huma.DefaultConfig("Asbru", c.o.Version)
	description.Info.Description = "The admin API of an Asbru cluster."
	description.OpenAPIPath = descriptionPath
	description.DocsPath, description.SchemasPath = "", "" // a documentation page would load scripts from elsewhere
	description.CreateHooks = nil                          // no $schema member in answers
	description.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", Description: "The admin token, an API token or a session's token."},
		"basic":  {Type: "http", Scheme: "basic", Description: "The name and the password of a person."},
		"cookie": {Type: "apiKey", In: "cookie", Name: sessionCookie, Description: "A session's token."},
	}
	description.Security = []map[string][]string{{"bearer": {}}, {"basic": {}}, {"cookie": {}}}
	c.api = humago.New(c.mux, description)
	c.declared = declare(c.api.OpenAPI().Components.Schemas)
	for _, r := range c.resources() {
		c.resourceRoutes(r)
	}
	c.virtualKeyRoutes()
	c.declarativeRoutes()
	c.budgetRoutes()
	c.allKeyRoutes()
	c.configRoutes()
	c.sourceRoutes()
	c.proxyRoutes()
	c.versionRoutes()
	c.clusterRoutes()
	c.testCallRoutes()
	c.secretKeyRoutes()
	c.cacheRoutes()
	c.webhookRoutes()
	c.pluginRoutes()
	c.guardrailRoutes()
	c.artefactRoutes()
	c.upgradeRoutes()
	c.deadEventRoutes()
	c.statusRoutes()
	c.mcpRoutes()
	c.mcpRightsRoutes()
	c.mcpSignInRoutes()
	c.alertRoutes()
	c.jobRoutes()
	c.logRoutes()
	c.toolLogRoutes()
	c.reportRoutes()
	c.profileRoutes()
	c.catalogRoutes()
	c.modelRoutes()
	c.limitRoutes()
	c.promptRoutes()
	c.routingRoutes()
	c.sessionRoutes()
	c.oidcRoutes()
	c.oidcExamineRoutes()
	c.sessionsRoutes()
	c.peopleRoutes()
	c.tokenRoutes()
	c.auditRoutes()
	c.operations, c.parameters = operationsOf(c.api.OpenAPI()), parametersOf(c.api.OpenAPI())
}

// ServeHTTP implements http.Handler.
func (c *Control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.described.Do(c.describe)
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	named(w, r)
	r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
	_, pattern := c.mux.Handler(r)
	operation := c.operations[pattern]
	if pattern == "" {
		operation = noOperation
	}
	if showsPage(r, operation) {
		shown := &signInRefusal{ResponseWriter: w, requestID: r.Header.Get("X-Request-Id")}
		defer shown.end()
		w = shown
	}
	r, may := c.mayCall(w, r, operation)
	if !may {
		return
	}
	unknown := c.knownQuery(operation, r.URL.RawQuery)
	switch {
	case nulIn(r.URL) != "":
		refuseRequest(w, invalid(nulIn(r.URL), "must not have the character NUL"))
	case pattern == "":
		c.misrouted(w, r)
	case unknown != nil:
		refuseRequest(w, unknown)
	case isAudited(r.Method, operation):
		c.audited(w, r, operation)
	default:
		c.mux.ServeHTTP(w, r)
	}
}

// nulIn says where an address has the character NUL, at which databases end a text; ""
// is nowhere.
func nulIn(u *url.URL) string {
	if strings.Contains(u.Path, "\x00") {
		return "path"
	}
	if !strings.Contains(u.RawQuery, "%00") {
		return ""
	}
	for name, values := range u.Query() {
		if strings.Contains(name+strings.Join(values, ""), "\x00") {
			return "query." + name
		}
	}
	return ""
}

// misrouted answers a request whose path or method is none of the API's.
func (c *Control) misrouted(w http.ResponseWriter, r *http.Request) {
	var takes []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := *r
		other.Method = method
		if _, pattern := c.mux.Handler(&other); pattern != "" {
			takes = append(takes, method)
		}
	}
	if takes == nil {
		writeError(w, http.StatusNotFound, "route_not_found", "There is nothing at this path. See /api/openapi.json.")
		return
	}
	w.Header().Set("Allow", strings.Join(takes, ", "))
	writeError(w, http.StatusMethodNotAllowed, "method_not_allowed", "This path takes "+strings.Join(takes, ", ")+".")
}

// Description returns the OpenAPI document.
func (c *Control) Description() *huma.OpenAPI {
	c.described.Do(c.describe)
	return c.api.OpenAPI()
}

// at makes an operation of the API.
func at(method, path, id, summary string) huma.Operation {
	return huma.Operation{
		Method: method, Path: path, OperationID: id, Summary: summary, MaxBodyBytes: maxBodyBytes,
		Errors: []int{
			http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict,
			http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
			http.StatusRequestHeaderFieldsTooLarge, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		},
	}
}
