package api

// PartKind tells what a part of a message is.
type PartKind uint8

// The kinds of part. Each names the fields of Part that it uses.
const (
	PartText       PartKind = iota // Text, Citations
	PartImage                      // Media
	PartAudio                      // Media; Text is the transcript of a spoken answer
	PartVideo                      // Media
	PartFile                       // Media
	PartToolCall                   // Call
	PartToolResult                 // Result
	PartReasoning                  // Text, Signature
	PartRedacted                   // Signature holds the provider's encrypted reasoning
	PartRefusal                    // Text
	PartOpaque                     // Raw, RawOf: a block that only one dialect knows
)

// Part is a piece of a message's content, in the order in which it was said.
type Part struct {
	Kind   PartKind
	Text   string
	Media  *Media
	Call   *ToolCall
	Result *ToolResult
	// Signature is a provider's opaque proof of its own reasoning (Anthropic's
	// thinking signature, Google's thoughtSignature, which may also sit on text
	// and calls). It is worth something only to the dialect SignatureOf, and
	// must come back to it byte for byte.
	Signature   string
	SignatureOf string
	Citations   []Citation
	Cache       *Cache
	Raw         JSON
	RawOf       string
}

// Media is an image, a sound, a video or a document. One of URL, Data, FileID
// or Text says where its content is.
type Media struct {
	MIME   string // image/png; empty when not known
	URL    string // http(s), gs:// …; never a data: URL, which is Data
	Data   string // standard base64
	FileID string // of the provider's own file store
	Text   string // a plain-text document
	Name   string // file name or title
	Detail string // OpenAI's image detail: low, high, auto
	Format string // OpenAI's audio format: wav, mp3 …
	// Context and Citable are Anthropic's: a note about the document, and
	// whether the model should cite it.
	Context string
	Citable Opt[bool]
}

// ToolCall is the model's wish to have a tool run.
type ToolCall struct {
	ID   string
	Name string
	Args JSON // object; an empty object when the model gave none
	// Custom: Args is a JSON string that holds free text, not an object.
	Custom bool
}

// ToolResult is a tool's answer to a call.
type ToolResult struct {
	ID      string // of the call
	Name    string // of the tool; may be empty where the dialect does not carry it
	Parts   []Part // text, images, files
	IsError bool
}

// Citation points from text to its source.
type Citation struct {
	URL        string
	Title      string
	Text       string // the cited words
	Start, End int64  // characters of the answer's text, for dialects that say
	Raw        JSON   // the whole citation in dialect RawOf
	RawOf      string
}
