package api

// JSON is one raw JSON value, kept as it was written.
type JSON []byte

// Field is a member of a JSON object that this vocabulary has no word for.
type Field struct {
	Name  string
	Value JSON
}

// Opt is a value that may be absent. Absent and zero are different things in
// every wire format (a temperature of 0, usage of 0), so neither stands for the other.
type Opt[T any] struct {
	V   T
	Set bool
}

// Some returns a present value.
func Some[T any](v T) Opt[T] { return Opt[T]{V: v, Set: true} }

// Request is the canonical request. Which fields matter depends on Op.
type Request struct {
	Op     Op
	Model  string // as the provider that will get it names it
	Stream bool
	// StreamUsage: the caller asked to be shown usage in the stream. Usage is
	// always read for accounting; this says whether the caller sees it.
	StreamUsage bool

	// Conversation (OpChat, OpCountTokens).
	System     []Part // leading system or developer text
	Messages   []Message
	Tools      []Tool
	ToolChoice ToolChoice
	Format     Format
	Sampling   Sampling
	Reasoning  Reasoning
	Modalities []string // asked-for kinds of output, lower case: text, audio, image
	Audio      *AudioOut

	// Text completion and embedding.
	Inputs     []Input
	Embedding  EmbeddingOptions
	Completion CompletionOptions

	Rerank Rerank

	// Verbosity is how much the answer should say: low, medium, high.
	Verbosity   string
	User        string
	Metadata    JSON // object of strings
	ServiceTier string
	Cache       *Cache // the whole prompt is marked for caching

	// Extra are the fields of dialect ExtraOf that this vocabulary has no word
	// for. They reach a provider of that same dialect and no other.
	Extra   []Field
	ExtraOf string
	// Dropped are fields that were left out already when the request was read, since
	// no other dialect has them and the caller agreed to that.
	Dropped []string
}

// Reset makes r empty for another use and keeps its slices' capacity.
func (r *Request) Reset() {
	*r = Request{
		System: r.System[:0], Messages: r.Messages[:0], Tools: r.Tools[:0],
		Modalities: r.Modalities[:0], Inputs: r.Inputs[:0], Extra: r.Extra[:0],
		Dropped: r.Dropped[:0],
	}
}

// Role says who speaks in a message.
type Role uint8

// The roles. A leading system or developer message is in Request.System; later
// ones are messages of their own. RoleTool carries only ToolResult parts, one
// for each call that it answers; a run of tool results is one message.
const (
	RoleUser Role = iota
	RoleAssistant
	RoleTool
	RoleSystem
	RoleDeveloper
)

// Message is one turn of a conversation.
type Message struct {
	Role  Role
	Name  string
	Parts []Part
	Extra []Field // unknown fields of the message, for the dialect Request.ExtraOf
}

// Tool is something that the model may call.
type Tool struct {
	Name        string
	Description string
	Parameters  JSON // JSON Schema of the arguments; nil when none were given
	Strict      Opt[bool]
	Cache       *Cache
	// Raw is the whole declaration of a tool that only dialect RawOf knows (web
	// search, code execution, custom grammars); the other fields are then a hint at most.
	Raw   JSON
	RawOf string
	Extra []Field // unknown fields of the tool, for the dialect Request.ExtraOf
}

// ToolMode says whether the model has to call a tool.
type ToolMode uint8

// The tool modes. ToolNamed asks for the one tool in Names; ToolAllowed lets the
// model choose among Names (Required tells whether it must call one of them).
const (
	ToolUnset ToolMode = iota
	ToolAuto
	ToolNone
	ToolRequired
	ToolNamed
	ToolAllowed
)

// ToolChoice is the caller's wish about tool calls.
type ToolChoice struct {
	Mode     ToolMode
	Names    []string
	Required bool
	Parallel Opt[bool] // several calls in one turn
}

// FormatKind is the kind of text that the caller wants.
type FormatKind uint8

// The output formats.
const (
	FormatUnset FormatKind = iota
	FormatText
	FormatJSON   // any JSON object
	FormatSchema // JSON that fits Format.Schema
)

// Format is the form that the answer's text must have.
type Format struct {
	Kind        FormatKind
	Name        string
	Description string
	Schema      JSON
	Strict      Opt[bool]
}

// Sampling are the knobs of generation.
type Sampling struct {
	MaxTokens        Opt[int64]
	Temperature      Opt[float64]
	TopP             Opt[float64]
	TopK             Opt[int64]
	N                Opt[int64]
	Seed             Opt[int64]
	PresencePenalty  Opt[float64]
	FrequencyPenalty Opt[float64]
	Stop             []string
	LogProbs         Opt[bool]
	TopLogProbs      Opt[int64]
	LogitBias        JSON
}

// Reasoning is how much the model may think, and whether it shows it.
type Reasoning struct {
	// Effort is none, minimal, low, medium, high, xhigh or max; empty when not said.
	Effort string
	// Budget is the most tokens to think with; 0 turns thinking off, -1 leaves it to the model.
	Budget Opt[int64]
	// Show asks for the thoughts (or their summary) in the answer.
	Show Opt[bool]
}

// Level returns the effort; where only a budget was given, the effort that stands
// for it; empty where nothing was said or the model decides. No budget is none at all.
func (r Reasoning) Level() string {
	switch budget := r.Budget.V; {
	case r.Budget.Set && budget == 0:
		return "none"
	case r.Effort != "" || !r.Budget.Set || budget < 0:
		return r.Effort
	case budget <= 2048:
		return "low"
	case budget <= 8192:
		return "medium"
	}
	return "high"
}

// Wanted says whether the caller asked the model to think.
func (r Reasoning) Wanted() bool {
	return (r.Effort != "" || r.Budget.Set) && r.Level() != "none"
}

// Cache marks the end of a prefix that the provider should cache.
type Cache struct {
	TTL string // 5m, 1h; empty for the provider's default
}

// AudioOut is the wanted form of spoken output.
type AudioOut struct {
	Voice  string
	Format string
}

// Input is one text to embed or to complete: text, or tokens.
type Input struct {
	Text   string
	Tokens JSON // array of token numbers; nil for text
}

// EmbeddingOptions are the settings of an embedding.
type EmbeddingOptions struct {
	Dimensions Opt[int64]
	Encoding   string // float or base64 (little-endian float32); empty means float
	Task       string // Google's taskType, kept for that dialect and those that know it
	Title      string
}

// CompletionOptions are the settings that only text completion has.
type CompletionOptions struct {
	Suffix string
	Echo   Opt[bool]
	BestOf Opt[int64]
}
