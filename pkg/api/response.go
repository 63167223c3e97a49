package api

// Finish says why the model stopped.
type Finish uint8

// The finish reasons. FinishOther is a provider's reason outside this list:
// Choice.FinishRaw then has its word.
const (
	FinishUnset Finish = iota
	FinishStop
	FinishLength
	FinishToolCalls
	FinishFilter
	FinishPause // Anthropic's pause_turn: send the history again to go on
	FinishOther
)

// Response is the canonical answer. Which fields matter depends on the operation.
type Response struct {
	Op      Op
	ID      string
	Model   string
	Created int64 // Unix seconds; 0 when the dialect does not say

	Choices []Choice
	Usage   Usage

	Embeddings [][]float32
	Models     []Model
	Ranks      []Rank // the best first

	ServiceTier string
	Fingerprint string // OpenAI's system_fingerprint
	Extra       []Field
	ExtraOf     string
}

// Reset makes r empty for another use and keeps its slices' capacity.
func (r *Response) Reset() {
	*r = Response{
		Choices: r.Choices[:0], Embeddings: r.Embeddings[:0], Models: r.Models[:0], Ranks: r.Ranks[:0], Extra: r.Extra[:0],
	}
}

// Choice is one of the answers that the model gives to one request. Role is always the assistant's.
type Choice struct {
	Index     int
	Parts     []Part
	Finish    Finish
	FinishRaw string // the provider's own word, where it says more
	// StopSequence is the stop string that was met, where the dialect says.
	StopSequence string
	LogProbs     []LogProb
}

// LogProb is the log-probability of one token of the answer.
type LogProb struct {
	Token   string
	LogProb float64
	Bytes   JSON // array of the token's bytes; nil when not given
	Top     []LogProb
}

// Model is one row of a model list.
type Model struct {
	ID          string
	DisplayName string
	OwnedBy     string
	Created     int64
	InputLimit  int64 // tokens; 0 when not known
	OutputLimit int64
	Prices      *TokenPrices // nil when not known
	Takes       []string     // beside text: image, audio, video, file; nil when not known
	Knows       []string     // tools, schema, reasoning; nil when not known
}

// TokenPrices are what a model's tokens cost, in pico-dollars.
type TokenPrices struct{ Input, CacheRead, CacheWrite, Output int64 }

// Usage counts what a call used, in tokens where nothing else is said.
//
// Input includes what was read from and written to the prompt cache; Output
// includes reasoning. This is OpenAI's way of counting; dialects that count
// otherwise convert. Known tells zero from "the provider did not say".
type Usage struct {
	Input      int64
	CacheRead  int64 // part of Input
	CacheWrite int64 // part of Input
	Output     int64
	Reasoning  int64 // part of Output
	AudioIn    int64 // part of Input
	AudioOut   int64 // part of Output
	ImageIn    int64 // part of Input
	ImageOut   int64 // part of Output
	Images     int64 // that were made; not tokens
	Units      int64 // what else is charged for beside tokens: searches of a rerank, characters of a speech, seconds of a transcription or video
	// BilledInput and BilledOutput are what a provider bills of Input and Output, where
	// it says that this is not all.
	BilledInput  int64
	BilledOutput int64
	Known        bool
	Estimated    bool // counted by us, since the provider's figure never came
}

// Total returns input and output together.
func (u Usage) Total() int64 { return u.Input + u.Output }

// Add adds what another call used.
func (u *Usage) Add(v *Usage) {
	u.Input += v.Input
	u.CacheRead += v.CacheRead
	u.CacheWrite += v.CacheWrite
	u.Output += v.Output
	u.Reasoning += v.Reasoning
	u.AudioIn += v.AudioIn
	u.AudioOut += v.AudioOut
	u.ImageIn += v.ImageIn
	u.ImageOut += v.ImageOut
	u.Images += v.Images
	u.Units += v.Units
	u.BilledInput += v.BilledInput
	u.BilledOutput += v.BilledOutput
	u.Known = u.Known || v.Known
	u.Estimated = u.Estimated || v.Estimated
}
