package config

// Unused is the value of a key that Bifrost knows and this version does not act
// on. Its content is not kept, because it may hold secrets; a [Note] says that
// it was there.
type Unused struct{}

const unusedNote = "accepted, not used by this version"
