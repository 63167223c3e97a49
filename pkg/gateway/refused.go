package gateway

import "strings"

// RefusedMark is what the mark of a call that a limit has refused begins with; the limit's id
// follows.
const RefusedMark = "limit:refused="

// Marks have commas between them.
var (
	markable = strings.NewReplacer("%", "%25", ",", "%2C")
	marked   = strings.NewReplacer("%2C", ",", "%25", "%")
)

// MarkOfRefusal is the mark of a call that a limit of this id has refused.
func MarkOfRefusal(limit string) string { return RefusedMark + markable.Replace(limit) }

// RefuserOf is the id of the limit whose refusal a mark tells of; false for another mark.
func RefuserOf(mark string) (limit string, is bool) {
	id, is := strings.CutPrefix(mark, RefusedMark)
	return marked.Replace(id), is
}
