package mock

import "github.com/goccy/go-json"

// prompt is what the mock understands of a request for text, in any dialect.
type prompt struct {
	model     string
	system    string
	user      string   // text of the last user message
	results   []string // texts of the tool results that the conversation ends with
	images    int
	audio     int
	files     int
	textBytes int // of everything, for counting tokens
	tools     []tool
	choice    choice
	named     string // the tool that choiceNamed names
	oneCall   bool   // no parallel calls
	schema    json.RawMessage
	reasoning bool
	maxTokens int // 0: no limit
	stops     []string
	count     int // answers asked for; 0 is 1
	logprobs  bool
	stream    bool
	usage     bool // a stream's usage is asked for, where a dialect asks
	array     bool // a stream as a JSON array
}

// tool is a function that may be called.
type tool struct {
	name      string
	schema    json.RawMessage
	custom    bool   // takes free text
	namespace string // that it is in
}

// choice is what the caller says about calling tools.
type choice uint8

const (
	choiceAuto choice = iota
	choiceNone
	choiceRequired
	choiceNamed
)

// anySchema asks for a JSON object without saying which.
var anySchema = json.RawMessage(`{"type":"object"}`)

// answers is the number of answers to give.
func (p *prompt) answers() int { return min(max(p.count, 1), maxAnswers) }

const maxAnswers = 128 // as OpenAI has it

// userSaid starts a new user message: what came before was answered.
func (p *prompt) userSaid() {
	p.user, p.results = "", nil
	p.images, p.audio, p.files = 0, 0, 0
}

// addText appends text of the last user message.
func (p *prompt) addText(s string) {
	if p.user != "" && s != "" {
		p.user += "\n"
	}
	p.user += s
	p.textBytes += len(s)
}

// addSystem appends system text.
func (p *prompt) addSystem(s string) {
	if p.system != "" && s != "" {
		p.system += "\n"
	}
	p.system += s
	p.textBytes += len(s)
}

// addResult appends a tool's result.
func (p *prompt) addResult(s string) {
	p.results = append(p.results, s)
	p.textBytes += len(s)
}

// addTool appends a tool.
func (p *prompt) addTool(name string, schema json.RawMessage) {
	p.tools = append(p.tools, tool{name: name, schema: schema})
	p.textBytes += len(name) + len(schema)
}
