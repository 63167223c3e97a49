// Package files keeps files for callers: what they upload for a batch, and what comes
// out of one.
//
// What is in a file lies in parts of up to a megabyte in the object store
// bus.FileParts, each sealed for its place, so that neither who writes nor who reads
// holds more than one in memory. What is known of it is one sealed value in the bucket
// bus.Files, under its owner and its id: a file is there when that is ([Store.Keep]),
// and nobody finds another's. A file may have several writers, one after the other,
// of which each has a number of its own and parts that no other one writes over; which
// of them count is said by the file's stretches.
//
// It is not for large things that live long: everything is gone after [Life].
package files
