package mock

// The lists of models are fixed: a name is not looked up in them.
const (
	openaiModelList = `{"object":"list","data":[` +
		`{"id":"mock","object":"model","created":1767225600,"owned_by":"mock"},` +
		`{"id":"gpt-4o-mini","object":"model","created":1721172741,"owned_by":"system"},` +
		`{"id":"text-embedding-3-small","object":"model","created":1705948997,"owned_by":"system"}]}`
	anthropicModelList = `{"data":[` +
		`{"type":"model","id":"claude-sonnet-4-5","display_name":"Claude Sonnet 4.5","created_at":"2025-09-29T00:00:00Z"}],` +
		`"has_more":false,"first_id":"claude-sonnet-4-5","last_id":"claude-sonnet-4-5"}`
	geminiModelList = `{"models":[` +
		`{"name":"models/gemini-2.5-flash","version":"001","displayName":"Gemini 2.5 Flash","description":"Mock",` +
		`"inputTokenLimit":1048576,"outputTokenLimit":65536,` +
		`"supportedGenerationMethods":["generateContent","countTokens"],"temperature":1,"topP":0.95,"topK":64,"maxTemperature":2},` +
		`{"name":"models/gemini-embedding-001","version":"001","displayName":"Gemini Embedding 001","description":"Mock",` +
		`"inputTokenLimit":2048,"outputTokenLimit":1,"supportedGenerationMethods":["embedContent"]}]}`
	cohereModelList = `{"models":[` +
		`{"name":"command-a-03-2025","endpoints":["chat"],"finetuned":false,"context_length":288000,` +
		`"tokenizer_url":"https://example.com/command-a-03-2025.json","default_endpoints":[]},` +
		`{"name":"embed-v4.0","endpoints":["embed"],"finetuned":false,"context_length":128000,"default_endpoints":[]}]}`
)

func (s *Server) openaiModels(c *call)    { s.models(c, openaiModelList) }
func (s *Server) anthropicModels(c *call) { s.models(c, anthropicModelList) }
func (s *Server) geminiModels(c *call)    { s.models(c, geminiModelList) }

func (s *Server) cohereModels(c *call) { s.models(c, cohereModelList) }

func (s *Server) models(c *call, list string) {
	if s.begin(c, "") {
		c.whole(s, typeJSON, []byte(list))
	}
}
