package dialecttest

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// Can says what a dialect can express. What every dialect has needs no saying.
type Can struct {
	// Model is a name that the codec reads nothing special into.
	Model string
	// Quirks are those of a provider that takes all that the dialect has.
	Quirks dialect.Quirks
	// ModelInPath: model and stream stand in the path, not in the body.
	ModelInPath bool
	// Body is a whole request, as members that a bad body is made from. The
	// codec reads each of them in Peek.
	Body []Member

	// AnswerIDs is what the id of each answer begins with.
	AnswerIDs string

	// Requests.
	AlwaysCalls  bool // a model that has tools cannot be told to call none
	NoStop       bool // stop sequences cannot be said
	NeedsLimit   bool // MaxTokens is always said
	Images       bool // as data
	ImageURLs    bool
	ImageDetail  bool
	ResultImages bool // a tool answers with an image
	ResultNames  bool // a tool's result carries the tool's name
	ToolErrors   bool // a tool's result says that it is an error
	Strict       bool // on tools
	Parallel     bool // ToolChoice.Parallel
	OnlyMust     bool // of choices among tools there are but required and none
	JSONObject   bool // FormatJSON
	TextFormat   bool // FormatText
	NamedSchemas bool // Format's Name, Description and Strict
	N            bool // more than one choice, also in answers
	Seed         bool
	TopK         bool
	Penalties    bool
	LogitBias    bool
	User         bool
	Efforts      []string // words for Reasoning.Effort
	Budgets      bool     // Reasoning.Budget
	Show         bool     // Reasoning.Show, beside a budget

	// Messages and answers.
	Signatures bool // reasoning is signed, and the signature comes back
	Redacted   bool // PartRedacted
	Citations  bool // of a URL

	// Answers.
	Reasoning   bool // a whole answer and a stream show reasoning without a signature
	Refusals    bool
	Created     bool
	CacheWrites bool // Usage.CacheWrite
	NoModel     bool // an answer does not name the model
	NoID        bool // an answer has no id
	NoReasoning bool // Usage.Reasoning is not said
	LogProbs    bool
}

// Member is a member of a request's body.
type Member struct {
	Name  string
	Value string // JSON
}

// path is what the route knows of a request before its body is read.
func (can *Can) path(op api.Op, stream bool) dialect.Head {
	h := dialect.Head{Op: op}
	if can.ModelInPath {
		h.Model, h.Stream = can.Model, stream
	}
	return h
}
