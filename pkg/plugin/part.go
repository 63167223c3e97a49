package plugin

// Part is one of the optional parts of a [Plugin].
type Part uint8

// The parts.
const (
	PartHTTP       Part = iota // HTTPHook
	PartHTTPAnswer             // HTTPAnswerHook
	PartHTTPStream             // HTTPStreamHook
	PartRoute                  // RouteHook
	PartAttempt                // AttemptHook
	PartAnswer                 // AnswerHook
	PartStream                 // StreamHook
	PartDone                   // CallWatcher
	PartTool                   // ToolHook
	PartToolResult             // ToolResultHook
)

// Partial is implemented by a plugin that has methods for more parts than it wants to be
// called for, since which ones it has is known only when it is made. Wants says the same
// each time.
type Partial interface{ Wants(Part) bool }

// Wants says whether p is to be called for a part that it has the method of.
func Wants(p Plugin, part Part) bool {
	partial, ok := p.(Partial)
	return !ok || partial.Wants(part)
}
