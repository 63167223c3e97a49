package api

// Op is an operation that a caller asks for, whatever dialect it is asked in.
type Op uint8

// The operations. OpChat is a conversation: OpenAI's chat completions,
// Anthropic's messages, Google's generateContent.
const (
	OpNone Op = iota
	OpChat
	OpCompletion
	OpEmbedding
	OpCountTokens
	OpModels
	OpModeration
	OpImageGeneration
	OpImageEdit
	OpImageVariation
	OpSpeech
	OpTranscription
	OpTranslation
	OpFile
	OpUpload
	OpBatch
	OpContainer
	OpVideo
	OpStoredResponse // one that the provider keeps, by its id
	OpPassthrough    // whatever the provider has at a path
	OpRerank
	OpRealtime   // a conversation over a WebSocket
	OpCompaction // a conversation made short, by the provider
	OpTool       // a tool of an MCP server
	opEnd
)

var opNames = [...]string{
	"none", "chat", "completion", "embedding", "count_tokens", "models",
	"moderation", "image_generation", "image_edit", "image_variation", "speech", "transcription", "translation",
	"file", "upload", "batch", "container", "video", "stored_response", "passthrough", "rerank", "realtime", "compaction", "tool",
}

// String returns the operation's name as metrics, logs and the config file spell it.
func (o Op) String() string {
	if o < opEnd {
		return opNames[o]
	}
	return "unknown"
}

// OpByName returns the operation of a name; OpNone and false for a name that is none's.
func OpByName(name string) (Op, bool) {
	for o := OpNone + 1; o < opEnd; o++ {
		if opNames[o] == name {
			return o, true
		}
	}
	return OpNone, false
}

// Ops is a set of operations.
type Ops uint64

// OpsOf returns the set of the given operations.
func OpsOf(ops ...Op) Ops {
	var s Ops
	for _, o := range ops {
		s |= 1 << o
	}
	return s
}

// Names returns the operations' names.
func (s Ops) Names() []string {
	var names []string
	for o := range opEnd {
		if s.Has(o) {
			names = append(names, o.String())
		}
	}
	return names
}

// Has says whether o is in the set.
func (s Ops) Has(o Op) bool { return s&(1<<o) != 0 }
