// Package jsonx finds, reads and edits fields of raw JSON without decoding the
// rest. It is exact about RFC 8259: what encoding/json or a provider might read
// in two ways is refused, not guessed. It imports the standard library only.
//
// [ScanObject] checks a whole body in one pass and gives the spans of its
// members. What was checked is read as a [Value], which borrows from the body,
// and changed by an [Edit] of a span, which leaves every other byte as it was.
// [Set] and [Delete] do all of that for one field, where speed does not matter.
//
// It is no decoder into Go values and no encoder of them: a dialect reads member
// by member and appends what it writes.
package jsonx
