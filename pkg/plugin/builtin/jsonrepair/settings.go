package jsonrepair

// settings are the plugin's own.
type settings struct {
	When      string `json:"when,omitempty" enum:"asked,always" default:"asked" doc:"Whose texts are repaired: asked, of calls that ask for JSON (a response format of JSON or of a schema); always, of all calls, where JSON begins in the text."`
	ToolCalls *bool  `json:"tool_calls,omitempty" default:"true" doc:"Whether the arguments of tool calls are repaired, too, of all calls."`
	Streams   string `json:"streams,omitempty" enum:"repair,snapshots,pass" default:"repair" doc:"What becomes of streams: repair has what goes on be valid when it is put together; snapshots has each piece be all JSON so far, made complete; pass leaves them alone."`
}
