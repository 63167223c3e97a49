// Package logfile writes finished calls into a file of NDJSON on each node, or to the standard
// output, where a collector reads them.
//
// Files lie in one folder that the program gives, so that no configuration can have the
// gateway write elsewhere; what is too large is renamed, and the oldest of those removed.
package logfile
