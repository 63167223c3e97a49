// Package audit is the record of who changed what by the admin API. An [Entry] is never
// changed or removed; each holds the digest of the one before, so that whoever alters,
// takes out or puts in one later breaks the chain from there on, which [Verify] finds.
// Who keeps the head of the chain elsewhere also notices when its end is cut off.
//
// What has changed is a JSON patch ([Patch]) of what may be shown of it: no secret is in
// an entry.
package audit
